using System.Globalization;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;
using Palisade.Racks.Local.Network;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// The network of builds (S25): a bridge of its own under the firewall's strictest rules, and for each running build a
/// network namespace in which the whole builder runs, so that pulls and ADD of a URL are held by the same rules as RUN
/// steps.
/// </summary>
public sealed class BuildNetwork(RackFolder folder, SubnetPool pool, Firewall firewall) : IDisposable
{
    /// <summary>The key of the builds' block in the ledger.</summary>
    public const string PoolKey = "build";

    private const int Slots = 200;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<int> _used = [];

    /// <summary>
    /// The builds' block; put it into <see cref="FirewallPolicy.BuildSubnet"/> before the first build.
    /// </summary>
    public Task<Subnet24> SubnetAsync(CancellationToken cancellationToken) =>
        pool.ClaimAsync(PoolKey, cancellationToken);

    /// <summary>A namespace for one build, with lo and an eth0 that leads only to the internet.</summary>
    internal async Task<BuildNamespace> OpenAsync(CancellationToken cancellationToken)
    {
        var subnet = await SubnetAsync(cancellationToken).ConfigureAwait(false);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var slot = Enumerable.Range(2, Slots).First(s => !_used.Contains(s));
            var ns = new BuildNamespace(Name(slot), slot);
            await DeleteAsync(ns.Name, cancellationToken).ConfigureAwait(false);
            var veth = $"{folder.BridgePrefix}b{slot.ToString(CultureInfo.InvariantCulture)}";
            await UnlinkAsync(veth, cancellationToken).ConfigureAwait(false);
            var bridge = firewall.BuildBridge;
            if (!Directory.Exists($"/sys/class/net/{bridge}"))
            {
                await IpAsync($"link add {bridge} type bridge", cancellationToken).ConfigureAwait(false);
            }

            await IpAsync($"addr replace {subnet.Gateway}/24 dev {bridge}", cancellationToken).ConfigureAwait(false);
            await IpAsync($"link set {bridge} up", cancellationToken).ConfigureAwait(false);
            await IpAsync($"netns add {ns.Name}", cancellationToken).ConfigureAwait(false);
            await IpAsync($"link add {veth} type veth peer name eth0 netns {ns.Name}", cancellationToken)
                .ConfigureAwait(false);

            // Isolated ports of a bridge don't see each other: builds of two apps stay apart.
            await IpAsync($"link set {veth} master {bridge} up", cancellationToken).ConfigureAwait(false);
            await IpAsync($"link set {veth} type bridge_slave isolated on", cancellationToken).ConfigureAwait(false);
            await IpAsync($"-n {ns.Name} link set lo up", cancellationToken).ConfigureAwait(false);
            await IpAsync($"-n {ns.Name} addr add {subnet.Address(slot)}/24 dev eth0", cancellationToken)
                .ConfigureAwait(false);
            await IpAsync($"-n {ns.Name} link set eth0 up", cancellationToken).ConfigureAwait(false);
            await IpAsync($"-n {ns.Name} route add default via {subnet.Gateway}", cancellationToken)
                .ConfigureAwait(false);
            _used.Add(slot);
            return ns;
        }
        finally
        {
            _gate.Release();
        }
    }

    internal async Task CloseAsync(BuildNamespace ns, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await DeleteAsync(ns.Name, cancellationToken).ConfigureAwait(false);
            _used.Remove(ns.Slot);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Removes the namespaces that builds of this folder left. No build may run.</summary>
    public async Task ReclaimAsync(CancellationToken cancellationToken)
    {
        var names = Directory.Exists("/run/netns")
            ? Directory.GetFiles("/run/netns").Select(Path.GetFileName).OfType<string>().ToArray()
            : [];
        foreach (var name in names.Where(n => n.StartsWith($"palisade-{folder.Hash}-b", StringComparison.Ordinal)))
        {
            await DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Removes what builds of this folder left: namespaces, the bridge and the block. No build may run.
    /// </summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        await ReclaimAsync(cancellationToken).ConfigureAwait(false);
        if (Directory.Exists($"/sys/class/net/{firewall.BuildBridge}"))
        {
            await IpAsync($"link del {firewall.BuildBridge}", cancellationToken).ConfigureAwait(false);
        }

        await pool.ReleaseAsync(PoolKey, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _gate.Dispose();

    private string Name(int slot) => $"palisade-{folder.Hash}-b{slot.ToString(CultureInfo.InvariantCulture)}";

    private static async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (File.Exists($"/run/netns/{name}"))
        {
            await IpAsync($"netns del {name}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The kernel takes a deleted namespace apart a moment later; until then its link's end on the host has the name
    /// that the next build needs.
    /// </summary>
    private static async Task UnlinkAsync(string link, CancellationToken cancellationToken)
    {
        if (!Directory.Exists($"/sys/class/net/{link}"))
        {
            return;
        }

        try
        {
            await IpAsync($"link del {link}", cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException) when (!Directory.Exists($"/sys/class/net/{link}"))
        {
            // The kernel was quicker.
        }
    }

    // All words are ours: interface names, addresses and fixed terms without spaces.
    private static Task IpAsync(string words, CancellationToken cancellationToken) =>
        HostCommand.RequireAsync("ip", words.Split(' '), cancellationToken);
}

/// <summary>A network namespace that a build runs in.</summary>
internal sealed record BuildNamespace(string Name, int Slot)
{
    public string Path => $"/run/netns/{Name}";
}
