using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Palisade.Silo.Hosting;

/// <summary>
/// Hosts the grains on Orleans as a cluster of one: its membership is in memory, and it has no network (ADR 0011).
/// Nodes of one database are several of these (ADR 0022).
/// </summary>
public static class LoneSilo
{
    private const string Cluster = "palisade";

    /// <summary>
    /// Orleans wants an address to name the silo by. Nothing listens there, so several servers may have the same.
    /// </summary>
    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 1);

    /// <summary>
    /// Call it before services that call grains are added, so that the silo starts before and stops after them.
    /// </summary>
    public static IServiceCollection AddLoneSilo(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<PlacementStrategy, PreferLocalPlacement>();
        services.Configure<ExceptionSerializationOptions>(WireExceptions.Allow);
        services.AddOrleans(silo =>
            silo.UseDevelopmentClustering(Address)
                .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (Cluster, Cluster))
                .Configure<EndpointOptions>(o =>
                    (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort) = (Address.Address, Address.Port, 0)
                )
                // No other silo outlives it: with liveness it would declare itself dead, and end the process, when the
                // clock is put forward by minutes while it starts.
                .Configure<ClusterMembershipOptions>(o => o.LivenessEnabled = false)
                // Unused activations go after 15 min, which is Orleans' default; before that, when this process has
                // most of the memory.
                .Configure<GrainCollectionOptions>(o => o.EnableActivationSheddingOnMemoryPressure = true)
                .Configure<DeploymentLoadPublisherOptions>(o => o.DeploymentLoadPublisherRefreshTime = TimeSpan.Zero)
        );
        return services.WithoutNetwork();
    }

    // SECURITY: whoever speaks Orleans' protocol, which authenticates nobody, can name any caller. Each place where
    // Orleans takes its transport from is filled anew, whatever its key.
    private static IServiceCollection WithoutNetwork(this IServiceCollection services)
    {
        foreach (
            var transport in services
                .Where(s => s.IsKeyedService && s.ServiceType == typeof(IConnectionListenerFactory))
                .ToArray()
        )
        {
            services.Replace(
                ServiceDescriptor.KeyedSingleton<IConnectionListenerFactory, NoNetwork>(transport.ServiceKey)
            );
        }

        foreach (
            var transport in services
                .Where(s => s.IsKeyedService && s.ServiceType == typeof(IConnectionFactory))
                .ToArray()
        )
        {
            services.Replace(ServiceDescriptor.KeyedSingleton<IConnectionFactory, NoNetwork>(transport.ServiceKey));
        }

        return services;
    }
}
