using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Network;

/// <summary>The one bridge network of each app, made on first need.</summary>
public sealed class AppNetworks(RackFolder folder, SubnetPool pool, DockerClient client)
{
    public const string RackLabel = "palisade.folder";

    public const string AppLabel = "palisade.network-app";

    private const string InterfaceGone = "no such network interface";

    private const int MaxTries = 10;

    /// <summary>The network of an app, unique on the machine.</summary>
    public string NameOf(string appId) => $"palisade-{folder.Hash}-{Short(appId)}";

    /// <summary>Its interface: the rack's prefix and 6 hex digits; 13 letters.</summary>
    public string BridgeOf(string appId) => folder.BridgePrefix + Short(appId);

    /// <summary>
    /// Makes sure that the network exists with the recorded subnet. Make the firewall know the bridge before anything
    /// runs in it.
    /// </summary>
    public async Task<AppNetwork> EnsureAsync(string appId, CancellationToken cancellationToken)
    {
        var name = NameOf(appId);
        var subnet = await pool.ClaimAsync(appId, cancellationToken).ConfigureAwait(false);
        var network = new AppNetwork(name, BridgeOf(appId), subnet);
        var existing = await client.InspectNetworkAsync(name, cancellationToken).ConfigureAwait(false);
        if (existing?.Subnet == subnet.ToString())
        {
            return network;
        }

        if (existing is not null)
        {
            // Another folder took its subnet while this one was away.
            await client.RemoveNetworkAsync(name, cancellationToken).ConfigureAwait(false);
        }

        for (var tries = 1; ; tries++)
        {
            try
            {
                await client
                    .CreateNetworkAsync(
                        new(name, network.Bridge, subnet.ToString(), subnet.Gateway)
                        {
                            Labels = ImmutableDictionary<string, string>
                                .Empty.Add(RackLabel, folder.Hash)
                                .Add(AppLabel, appId),
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return network;
            }
            catch (EngineException e) when (!cancellationToken.IsCancellationRequested)
            {
                // Two at once: the other one made it.
                var made = await client.InspectNetworkAsync(name, cancellationToken).ConfigureAwait(false);
                if (made?.Subnet == subnet.ToString())
                {
                    return network;
                }

                // COMPAT: podman reads the machine's addresses first and its interfaces then, and fails when one goes
                // in between, be it anybody's (github.com/containerd/nerdctl/issues/3500).
                if (tries == MaxTries || !e.Message.Contains(InterfaceGone, StringComparison.Ordinal))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Removes an app's network and gives its subnet back; its containers must be gone.</summary>
    /// <param name="removed">Told between the two: what else there is of the network goes before another one can get
    /// its subnet.</param>
    public async Task RemoveAsync(
        string appId,
        CancellationToken cancellationToken,
        Func<AppNetwork, Task>? removed = null
    )
    {
        await client.RemoveNetworkAsync(NameOf(appId), cancellationToken).ConfigureAwait(false);
        if (removed is not null && NetworkLedger.Read(folder).Subnets.TryGetValue(appId, out var subnet))
        {
            await removed(new(NameOf(appId), BridgeOf(appId), Subnet24.Parse(subnet))).ConfigureAwait(false);
        }

        await pool.ReleaseAsync(appId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The app ids that have a network now.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [
            .. (await client.ListNetworksAsync([$"{RackLabel}={folder.Hash}"], cancellationToken).ConfigureAwait(false))
                .Select(n => n.Labels?.GetValueOrDefault(AppLabel))
                .OfType<string>(),
        ];

    private static string Short(string appId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(appId)))[..6];
}

/// <summary>An app's network as it is.</summary>
public sealed record AppNetwork(string Name, string Bridge, Subnet24 Subnet);
