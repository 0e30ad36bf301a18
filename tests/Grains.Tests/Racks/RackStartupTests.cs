using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
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
