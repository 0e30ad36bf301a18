using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Silo.Racks;
using Palisade.Storage;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Racks;

public sealed class RackStartupTests
{
    [Fact]
    public async Task A_database_that_is_away_while_a_server_starts_keeps_its_racks_waiting_and_nothing_more()
    {
        await using var acme = await StartAsync(pump: false);
        acme.Host.Rack.Ready = false;
        using var startup = new RackStartup(
            AwayStore.Of(acme.Host.Store),
            acme.Host.Get<IProviders>(),
            acme.Host.Get<IRackEvents>(),
            TimeProvider.System,
            NullLogger<RackStartup>.Instance
        );

        await startup.StartAsync(default);

        await startup.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(acme.Host.Rack.Ready);
    }

    [Fact]
    public async Task A_rack_that_threw_is_made_ready_beside_one_that_never_is()
    {
        await using var acme = await StartAsync(pump: false);
        var broken = await acme
            .Host.Grains.GetGrain<IRackGrain>("acme/broken")
            .RegisterAsync(Administrator, new RegisterRack("local", "staging", null));
        Assert.True(broken.Ok, $"{broken.Problem}");
        var provider = DispatchProxy.Create<IRackProvider, HalfProvider>();
        using var startup = new RackStartup(
            acme.Host.Store,
            new Providers([provider], acme.Host.Get<NodeIdentity>()),
            acme.Host.Get<IRackEvents>(),
            TimeProvider.System,
            NullLogger<RackStartup>.Instance
        );

        await startup.StartAsync(default);

        await ((HalfProvider)(object)provider).Ready.WaitAsync(TimeSpan.FromSeconds(30));
        await startup.StopAsync(default);
    }

    /// <summary>One of its racks is never ready, and the others throw at their first start.</summary>
    public class HalfProvider : DispatchProxy
    {
        private readonly TaskCompletionSource _ready = new();
        private int _starts;

        public Task Ready => _ready.Task;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == "get_Kind" ? "local"
            : ((RackState)args![0]!).Name == "broken" ? Task.FromResult(Result.Fail<Done>(new Unavailable("no", "no")))
            : Start();

        private Task<Result<Done>> Start()
        {
            if (_starts++ == 0)
            {
                throw new IOException("the machine is busy");
            }

            _ready.SetResult();
            return Task.FromResult(Result.Done);
        }
    }

    /// <summary>Its views are away when they are asked for first.</summary>
    public class AwayStore : DispatchProxy
    {
        private IStore _store = null!;
        private int _asked;

        internal static IStore Of(IStore store)
        {
            var proxy = Create<IStore, AwayStore>();
            ((AwayStore)(object)proxy)._store = store;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == "get_Views" && _asked++ == 0
                ? throw new IOException("the database is away")
                : targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
