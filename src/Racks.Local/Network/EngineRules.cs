using System.Text;

namespace Palisade.Racks.Local.Network;

/// <summary>The container engine's own firewall rules for one network. Pure.</summary>
public static class EngineRules
{
    private const string Prefix = "NETAVARK";

    /// <summary>What takes them away, for iptables-restore; empty when there are none.</summary>
    /// <param name="tables">Lines of iptables-save by table.</param>
    public static string Removal(IReadOnlyDictionary<string, List<string>> tables, AppNetwork network)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(network);
        var script = new StringBuilder();
        foreach (var (table, lines) in tables)
        {
            var rules = lines.Where(l => IsOf(l, network)).ToList();

            // The network's own chain is where a rule for its subnet leads to.
            var chains = rules
                .Select(l => l.Split(' ')[^1])
                .Where(w => w.StartsWith(Prefix + "-", StringComparison.Ordinal))
                .Distinct()
                .Where(c => !lines.Any(l => l.EndsWith($"-j {c}", StringComparison.Ordinal) && !IsOf(l, network)))
                .ToList();
            if (rules.Count == 0)
            {
                continue;
            }

            script.Append('*').AppendLine(table);
            rules
                .Where(l => !chains.Contains(l.Split(' ')[1]))
                .ToList()
                .ForEach(l => script.Append("-D").AppendLine(l[2..]));
            chains.ForEach(c => script.AppendLine($"-F {c}"));
            chains.ForEach(c => script.AppendLine($"-X {c}"));
            script.AppendLine("COMMIT");
        }

        return script.ToString();
    }

    private static bool IsOf(string line, AppNetwork network) =>
        line.StartsWith("-A ", StringComparison.Ordinal)
        && line.Contains(Prefix, StringComparison.Ordinal)
        && line.Split(' ') is var words
        && (words.Contains(network.Bridge) || words.Contains(network.Subnet.ToString()));
}
