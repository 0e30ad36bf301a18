using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Palisade.Web.Nodes;

/// <summary>Puts this node among the others of its database.</summary>
internal static class NodeHosting
{
    /// <summary>Lets requests reach racks of other nodes, and others those of this one when it listens.</summary>
    public static IServiceCollection AddPalisadeNodes(this IServiceCollection services, bool listens)
    {
        services.TryAddSingleton<NodeCertificates>();
        services.AddSingleton<NodeClient>();
        if (listens)
        {
            services.AddSingleton<NodeEndpoint>().AddHostedService<NodeListener>();
        }

        return services;
    }
}
