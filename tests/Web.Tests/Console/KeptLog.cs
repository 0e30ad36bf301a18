using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Audit;
using Palisade.Grains.Audit;
using Palisade.Storage.Journal;

namespace Palisade.Web.Tests.Console;

/// <summary>A log of a world that has no job pump, kept from here.</summary>
internal sealed class KeptLog : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConsoleWorld _world;
    private readonly string _org;
    private readonly Task _kept;

    private KeptLog(ConsoleWorld world, string org)
    {
        (_world, _org) = (world, org);
        _kept = Task.WhenAll(
            world.Services.GetRequiredService<LogSealer>().RunAsync(org, _stop.Token),
            world.Services.GetRequiredService<LogIndexer>().RunAsync(org, _stop.Token)
        );
    }

    public static KeptLog Begin(ConsoleWorld world, string org) => new(world, org);

    /// <summary>Everything that was appended to these streams until now is sealed and can be found.</summary>
    public async Task IndexedAsync(params StreamId[] streams)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        foreach (var head in (await _world.Store.Journal.HeadsAsync([.. streams])).Where(head => head.Head > 0))
        {
            while (
                await _world.Store.Audit.IndexOfAsync(head.Stream, head.Head, deadline.Token) is not { } index
                || await _world.Store.Search.FindAsync(_org, new AuditQuery(), index + 1, 1, deadline.Token)
                    is not [var found]
                || found != index
            )
            {
                await Task.Delay(20, deadline.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _kept.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }
}
