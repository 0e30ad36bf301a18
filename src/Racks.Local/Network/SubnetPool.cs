using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Network;

/// <summary>
/// Gives each app of a rack a /24 that nothing on the machine uses: not a route, not an interface, not a firewall rule,
/// not another Palisade folder (claims are files under /run/palisade/subnets, which a reboot empties and the next start
/// fills again). The choice is recorded.
/// </summary>
public sealed class SubnetPool(RackFolder folder, NetworkOptions options)
{
    private static readonly SemaphoreSlim Gate = new(1, 1);

    private static string Claims => Path.Combine(RackFolder.MachineDirectory, "subnets");

    /// <summary>The block for a key, the recorded one if it is still ours to take.</summary>
    public async Task<Subnet24> ClaimAsync(string key, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var ledger = NetworkLedger.Read(folder);
            if (ledger.Subnets.TryGetValue(key, out var recorded) && TryClaim(Subnet24.Parse(recorded)))
            {
                return Subnet24.Parse(recorded);
            }

            var blocks = Subnet24.Cut(options.Pool);
            var used = await UsedAsync(cancellationToken).ConfigureAwait(false);

            // Folders begin at different places, so that they rarely meet.
            var first = (int)(Convert.ToUInt32(folder.Hash, 16) % (uint)blocks.Count);
            for (var i = 0; i < blocks.Count; i++)
            {
                var block = blocks[(first + i) % blocks.Count];
                if (used.Any(block.Overlaps) || ledger.Subnets.ContainsValue(block.ToString()) || !TryClaim(block))
                {
                    continue;
                }

                (ledger with { Subnets = ledger.Subnets.SetItem(key, block.ToString()) }).Write(folder);
                return block;
            }

            throw new EngineException(
                0,
                $"No free /24 is left in {options.Pool}; configure another pool of addresses."
            );
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Gives a key's block back.</summary>
    public async Task ReleaseAsync(string key, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var ledger = NetworkLedger.Read(folder);
            if (ledger.Subnets.TryGetValue(key, out var recorded))
            {
                (ledger with { Subnets = ledger.Subnets.Remove(key) }).Write(folder);
                var claim = ClaimFile(Subnet24.Parse(recorded));
                if (
                    File.Exists(claim)
                    && await File.ReadAllTextAsync(claim, cancellationToken).ConfigureAwait(false) == folder.Path
                )
                {
                    File.Delete(claim);
                }
            }
        }
        finally
        {
            Gate.Release();
        }
    }

    private static string ClaimFile(Subnet24 block) => Path.Combine(Claims, block.ToString().Replace('/', '_'));

    private bool TryClaim(Subnet24 block)
    {
        RackFolder.CreateOwnerOnly(RackFolder.MachineDirectory);
        RackFolder.CreateOwnerOnly(Claims);
        var path = ClaimFile(block);
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            file.Write(System.Text.Encoding.UTF8.GetBytes(folder.Path));
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            var owner = File.ReadAllText(path);
            if (owner == folder.Path)
            {
                return true;
            }

            if (owner.Length == 0 || Directory.Exists(owner))
            {
                return false;
            }

            // The folder that held it was deleted.
            File.WriteAllText(path, folder.Path);
            return true;
        }
    }

    private static async Task<List<string>> UsedAsync(CancellationToken cancellationToken)
    {
        var routes = await HostCommand
            .RequireAsync("ip", ["-4", "-j", "route", "show", "table", "all"], cancellationToken)
            .ConfigureAwait(false);
        var addresses = await HostCommand
            .RequireAsync("ip", ["-4", "-j", "addr"], cancellationToken)
            .ConfigureAwait(false);
        var used = Array(routes)
            .Select(r => (string?)r?["dst"])
            .Where(d => d is not null and not "default")
            .Select(d => d!)
            .ToList();
        used.AddRange(
            Array(addresses)
                .SelectMany(a => a?["addr_info"]?.AsArray() ?? [])
                .Select(i => $"{(string?)i?["local"]}/{(int?)i?["prefixlen"]}")
        );

        // INVARIANT: rules outlive a rack whose folder was just deleted, and drop what comes from its blocks: a
        // container there would answer nobody.
        used.AddRange(await Firewall.BlocksAsync(cancellationToken).ConfigureAwait(false));
        return used;
    }

    private static JsonArray Array(string json) =>
        json.Trim().Length == 0 ? [] : JsonNode.Parse(json)?.AsArray() ?? throw new JsonException("ip gave no list.");
}
