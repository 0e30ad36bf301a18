#if ORLEANS
using Orleans.Configuration;
#endif
using Orleans.Hosting;
using Palisade.Grains.Apps;

namespace Palisade.Silo.Hosting;

/// <summary>The one place where the built-in runtime and Orleans differ (ADR 0006).</summary>
public static class ActorRuntime
{
#if ORLEANS
    private const string Invariant = "Npgsql";
    private const string ClusterName = "palisade";

    /// <summary>
    /// Orleans 10 with AdoNet clustering and persistence on PostgreSQL. Grains keep their state in the journal; persistence serves what Orleans
    /// itself stores. A process that only serves HTTP is a client of the cluster.
    /// </summary>
    public static IServiceCollection AddActors(this IServiceCollection services, SiloOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connection = options.ClusterConnection ?? throw new InvalidOperationException("Palisade:ClusterConnection is required with Orleans.");
        return options.HostsGrains
            ? services.AddOrleans(silo => silo
                .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Invariant, connection))
                .AddAdoNetGrainStorageAsDefault(o => (o.Invariant, o.ConnectionString) = (Invariant, connection))
                .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (ClusterName, ClusterName))
                .ConfigureEndpoints(options.SiloPort, options.GatewayPort))
            : services.AddOrleansClient(client => client
                .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Invariant, connection))
                .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (ClusterName, ClusterName)));
    }
#else
    /// <summary>The built-in host, in this process. Call before services that call grains, so that it stops after them.</summary>
    /// <remarks>Takes the <see cref="BuiltInGrainOptions"/> that were registered before, if any.</remarks>
    public static IServiceCollection AddActors(this IServiceCollection services, SiloOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        var given = services.LastOrDefault(d => d.ServiceType == typeof(BuiltInGrainOptions))?.ImplementationInstance as BuiltInGrainOptions;
        return options.HostsGrains
            ? services.AddBuiltInGrains(given ?? new BuiltInGrainOptions(), typeof(AppGrain).Assembly, typeof(IAppGrain).Assembly)
            : throw new NotSupportedException("A process without grains needs Orleans: the built-in runtime has no clients.");
    }
#endif
}
