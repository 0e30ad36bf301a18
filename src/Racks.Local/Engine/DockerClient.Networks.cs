using System.Text.Json.Nodes;

namespace Palisade.Racks.Local.Engine;

public sealed partial class DockerClient
{
    /// <summary>
    /// Creates a bridge network with a fixed interface name and subnet and, where the engine can, without a name
    /// server.
    /// </summary>
    public Task CreateNetworkAsync(NetworkSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var labels = new JsonObject(spec.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
        if (IsPodman)
        {
            // Docker's form of this call always turns podman's name server on.
            return CallAsync(
                Post,
                "libpod/networks/create",
                cancellationToken,
                new JsonObject
                {
                    ["name"] = spec.Name,
                    ["driver"] = "bridge",
                    ["network_interface"] = spec.Bridge,
                    ["subnets"] = new JsonArray(
                        new JsonObject { ["subnet"] = spec.Subnet, ["gateway"] = spec.Gateway }
                    ),
                    ["dns_enabled"] = false,
                    ["ipv6_enabled"] = false,
                    ["options"] = new JsonObject { ["isolate"] = "true" },
                    ["labels"] = labels,
                }
            );
        }

        return CallAsync(
            Post,
            "networks/create",
            cancellationToken,
            new JsonObject
            {
                ["Name"] = spec.Name,
                ["CheckDuplicate"] = true,
                ["Driver"] = "bridge",
                ["EnableIPv6"] = false,
                ["IPAM"] = new JsonObject
                {
                    ["Config"] = new JsonArray(new JsonObject { ["Subnet"] = spec.Subnet, ["Gateway"] = spec.Gateway }),
                },
                ["Options"] = new JsonObject { ["com.docker.network.bridge.name"] = spec.Bridge },
                ["Labels"] = labels,
            }
        );
    }

    /// <summary>A network by name, or null.</summary>
    public async Task<NetworkInspect?> InspectNetworkAsync(string network, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync<NetworkInspect>($"networks/{Escape(network)}", cancellationToken)
                .ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<NetworkInspect>> ListNetworksAsync(
        IReadOnlyCollection<string> labels,
        CancellationToken cancellationToken
    ) =>
        await GetAsync<List<NetworkInspect>>($"networks?filters={Filters(labels)}", cancellationToken)
            .ConfigureAwait(false);

    public Task ConnectNetworkAsync(string network, string container, CancellationToken cancellationToken) =>
        CallAsync(
            Post,
            $"networks/{Escape(network)}/connect",
            cancellationToken,
            new JsonObject { ["Container"] = container }
        );

    public Task DisconnectNetworkAsync(string network, string container, CancellationToken cancellationToken) =>
        CallAsync(
            Post,
            $"networks/{Escape(network)}/disconnect",
            cancellationToken,
            new JsonObject { ["Container"] = container, ["Force"] = true }
        );

    /// <summary>Removes a network; true when it was there. Refused while a container is in it.</summary>
    public async Task<bool> RemoveNetworkAsync(string network, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(HttpMethod.Delete, $"networks/{Escape(network)}", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return false;
        }
    }
}
