using System.Net;
using System.Net.Sockets;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Network;

/// <summary>
/// Keeps a rack's containers away from the host, from other racks and from metadata services (S26). Applying is atomic
/// for each table and idempotent; call it at each reconcile, since a reload of another program's rules may have taken
/// the jumps away.
/// </summary>
public sealed partial class Firewall(RackFolder folder) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly FirewallRules _rules = new(folder);

    /// <summary>The builds' bridge, which this firewall treats more strictly than apps' bridges.</summary>
    public string BuildBridge => _rules.BuildBridge;

    /// <summary>
    /// The machine's IPv4 name servers as containers will see them (podman's and Docker's rule: none on loopback).
    /// </summary>
    public static IReadOnlyList<string> HostResolvers()
    {
        string[] files = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];
        foreach (var file in files.Where(File.Exists))
        {
            var found = File.ReadLines(file)
                .Select(l => l.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                .Where(w => w is ["nameserver", ..] && w.Length > 1)
                .Select(w => w[1])
                .Where(a =>
                    IPAddress.TryParse(a, out var ip)
                    && ip.AddressFamily == AddressFamily.InterNetwork
                    && !IPAddress.IsLoopback(ip)
                )
                .ToList();
            if (found.Count > 0)
            {
                return found;
            }
        }

        return [];
    }

    /// <summary>
    /// The blocks of addresses that a rule of any rack on this machine jumps by, of racks too that are gone.
    /// </summary>
    public static async Task<IReadOnlyList<string>> BlocksAsync(CancellationToken cancellationToken) =>
        [
            .. (await SaveAsync("iptables-save", cancellationToken).ConfigureAwait(false))
                .Split('\n')
                .Where(l => l.Contains(" -j PL-", StringComparison.Ordinal))
                .Select(l => l.Split(' '))
                .SelectMany(w => w.Zip(w.Skip(1)))
                .Where(p => p.First is "-d" or "-s")
                .Select(p => p.Second),
        ];

    /// <summary>
    /// Makes the machine's rules those of the policy. Throws when that is impossible: nothing may run without it.
    /// </summary>
    public async Task ApplyAsync(FirewallPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var missing = Missing(
                await SaveAsync("iptables-save", cancellationToken).ConfigureAwait(false),
                _rules.Jumps(policy)
            );
            await HostCommand
                .RequireAsync(
                    Tool("iptables-restore"),
                    ["--noflush"],
                    cancellationToken,
                    _rules.Render(policy, missing)
                )
                .ConfigureAwait(false);
            if (Socket.OSSupportsIPv6)
            {
                var missing6 = Missing(
                    await SaveAsync("ip6tables-save", cancellationToken).ConfigureAwait(false),
                    _rules.Jumps6
                );
                await HostCommand
                    .RequireAsync(Tool("ip6tables-restore"), ["--noflush"], cancellationToken, _rules.Render6(missing6))
                    .ConfigureAwait(false);
            }

            // Without it nothing is forwarded at all; engines set it too when they make their first network.
            await File.WriteAllTextAsync("/proc/sys/net/ipv4/ip_forward", "1", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether all jumps of the policy are in place.</summary>
    public async Task<bool> IsInPlaceAsync(FirewallPolicy policy, CancellationToken cancellationToken) =>
        Missing(await SaveAsync("iptables-save", cancellationToken).ConfigureAwait(false), _rules.Jumps(policy)).Count
            == 0
        && (
            !Socket.OSSupportsIPv6
            || Missing(await SaveAsync("ip6tables-save", cancellationToken).ConfigureAwait(false), _rules.Jumps6).Count
                == 0
        );

    public void Dispose() => _gate.Dispose();

    private static List<(string Table, string Chain, string Jump)> Missing(
        string saved,
        IReadOnlyList<(string Table, string Chain, string Jump)> jumps
    )
    {
        var tables = Tables(saved);
        return [.. jumps.Where(j => !tables.GetValueOrDefault(j.Table, []).Contains($"-A {j.Chain} {j.Jump}"))];
    }

    private static Dictionary<string, List<string>> Tables(string saved)
    {
        var tables = new Dictionary<string, List<string>>();
        List<string> current = [];
        foreach (var line in saved.Split('\n').Select(l => l.TrimEnd()))
        {
            if (line.StartsWith('*'))
            {
                tables[line[1..]] = current = [];
            }
            else
            {
                current.Add(line);
            }
        }

        return tables;
    }

    private static Task<string> SaveAsync(string tool, CancellationToken cancellationToken) =>
        HostCommand.RequireAsync(Tool(tool), [], cancellationToken);

    private static string Tool(string name) =>
        HostCommand.Find(name)
        ?? throw new EngineException(0, $"{name} is not installed; install the package iptables.");
}
