using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Storage.Views;
using Palisade.Web.Api;
using Palisade.Web.Components.Apps;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Live;

public sealed class ProcessWatchTests
{
    [Fact]
    public async Task A_store_that_breaks_does_not_end_what_a_page_is_told_by()
    {
        using var left = new CancellationTokenSource();
        var views = new BrokenViews(thirdTime: left.Cancel);
        var watch = new ProcessWatch(
            new Records(views, new FakeJournal()),
            null!,
            null!,
            null!,
            new InstantTime(),
            NullLogger<ProcessWatch>.Instance
        );

        await watch
            .RunAsync(new RackRef("acme", "staging"), () => Task.CompletedTask, left.Token)
            .WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(3, views.Asked);
    }

    private sealed class BrokenViews(Action thirdTime) : IViews
    {
        public int Asked { get; private set; }

        public Task<string?> GetAsync(
            string org,
            string kind,
            string key,
            CancellationToken cancellationToken = default
        )
        {
            if (++Asked == 3)
            {
                thirdTime();
            }

            throw new IOException("the store is away");
        }

        public Task<ImmutableArray<ViewRow>> ListAsync(
            ViewQuery query,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<long> CountAsync(
            string org,
            string kind,
            string keyPrefix,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();
    }

    /// <summary>Whoever waits has waited.</summary>
    private sealed class InstantTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
