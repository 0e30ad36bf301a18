using System.Net.Sockets;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Network;

/// <summary>Taking rules away.</summary>
public sealed partial class Firewall
{
    /// <summary>Removes every rule and chain of this folder.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await CleanAsync("iptables", cancellationToken).ConfigureAwait(false);
            if (Socket.OSSupportsIPv6)
            {
                await CleanAsync("ip6tables", cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Removes the rules that the engine made for a network which is gone. COMPAT: netavark 1.4 leaves some of them
    /// behind when containers end at the same time, for good.
    /// </summary>
    public static async Task ForgetAsync(AppNetwork network, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(network);
        for (var attempt = 0; ; attempt++)
        {
            var script = EngineRules.Removal(
                Tables(await SaveAsync("iptables-save", cancellationToken).ConfigureAwait(false)),
                network
            );
            if (script.Length == 0)
            {
                return;
            }

            // All or nothing: when the engine itself changes them at this moment, what is left is looked at again.
            var removed = await HostCommand
                .RunAsync(Tool("iptables-restore"), ["--noflush"], cancellationToken, script)
                .ConfigureAwait(false);
            if (removed.Ok || attempt == 4)
            {
                return;
            }
        }
    }

    private async Task CleanAsync(string tool, CancellationToken cancellationToken)
    {
        var script = new System.Text.StringBuilder();
        foreach (var (table, lines) in Tables(await SaveAsync($"{tool}-save", cancellationToken).ConfigureAwait(false)))
        {
            var ours = lines.Where(_rules.IsOurs).ToList();
            var chains = ours.Where(l => l.StartsWith(':')).Select(l => l[1..].Split(' ')[0]).ToList();
            if (ours.Count == 0)
            {
                continue;
            }

            script.AppendLine($"*{table}");
            ours.Where(l => l.StartsWith("-A ", StringComparison.Ordinal) && !chains.Contains(l.Split(' ')[1]))
                .ToList()
                .ForEach(l => script.AppendLine("-D" + l[2..]));
            chains.ForEach(c => script.AppendLine($"-F {c}"));
            chains.ForEach(c => script.AppendLine($"-X {c}"));
            script.AppendLine("COMMIT");
        }

        if (script.Length > 0)
        {
            await HostCommand
                .RequireAsync(Tool($"{tool}-restore"), ["--noflush"], cancellationToken, script.ToString())
                .ConfigureAwait(false);
        }
    }
}
