#if ORLEANS
using Orleans.Configuration;
using Orleans.Hosting;
#else
using Orleans.Hosting;
#endif
using Palisade.Grains.Apps;

namespace Palisade.Silo.Hosting;

/// <summary>The one place where the built-in runtime and Orleans differ.</summary>
public static class ActorRuntime
{
#if ORLEANS
    /// <summary>Orleans 10 with AdoNet clustering and persistence on PostgreSQL; grains keep no Orleans state, so persistence serves reminders and system stores only.</summary>
    public static IHostBuilder UseActors(this IHostBuilder host, string connectionString, int siloPort, int gatewayPort)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.UseOrleans(silo => silo
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString))
            .AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString))
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("palisade", "palisade"))
            .ConfigureEndpoints(siloPort, gatewayPort));
    }

    /// <summary>Nothing: Orleans is put into the host, not into its services.</summary>
    public static IServiceCollection AddActors(this IServiceCollection services) => services;

    /// <summary>A process without grains of its own.</summary>
    public static IHostBuilder UseActorClient(this IHostBuilder host, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.UseOrleansClient(client => client
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString))
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("palisade", "palisade")));
    }
#else
    /// <summary>The built-in host, in this process. Call before services that call grains, so that it stops after them.</summary>
    /// <remarks>Takes the <see cref="BuiltInGrainOptions"/> that were registered before, if any.</remarks>
    public static IServiceCollection AddActors(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.LastOrDefault(d => d.ServiceType == typeof(BuiltInGrainOptions))?.ImplementationInstance as BuiltInGrainOptions;
        return services.AddBuiltInGrains(options ?? new BuiltInGrainOptions(), typeof(AppGrain).Assembly, typeof(IAppGrain).Assembly);
    }
#endif
}
