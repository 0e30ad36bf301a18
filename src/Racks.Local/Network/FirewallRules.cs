using System.Globalization;
using System.Net;
using System.Text;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Network;

/// <summary>
/// Renders a policy as input of iptables-restore --noflush. The drops live in the mangle table: netavark and Docker put
/// their accepts on top of the filter table whenever a network comes up, and an accept there cannot undo a drop in
/// mangle.
/// </summary>
public sealed class FirewallRules(RackFolder folder)
{
    // RFC 3927, RFC 1122 3.2.1.3, RFC 5771, RFC 6890; 100.100.100.200 is the metadata address of Alibaba Cloud.
    private static readonly string[] NeverForwarded =
    [
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "100.100.100.200/32",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ];

    private string Chain => $"PL-{folder.Hash}";

    private string Any => folder.BridgePrefix + "+";

    /// <summary>The builds' bridge.</summary>
    public string BuildBridge => folder.BridgePrefix + "bld";

    /// <summary>Table, built-in chain and jump, in the order in which they must be there.</summary>
    public IReadOnlyList<(string Table, string Chain, string Jump)> Jumps(FirewallPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var jumps = new List<(string, string, string)>
        {
            ("mangle", "INPUT", $"-i {Any} -j {Chain}-IN"),
            ("mangle", "FORWARD", $"-i {Any} -j {Chain}-FW"),
            ("mangle", "FORWARD", $"-o {Any} -j {Chain}-TO"),
        };
        if (policy.VipRange is { } vips)
        {
            jumps.Add(("mangle", "INPUT", $"-d {Block(vips)} -j {Chain}-VIP"));
        }

        if (policy.BuildSubnet is { } build)
        {
            jumps.Add(("nat", "POSTROUTING", $"-s {Block(build)} ! -o {Any} -j {Chain}-NAT"));
            jumps.Add(("filter", "FORWARD", $"-i {BuildBridge} -j {Chain}-BLD"));
            jumps.Add(("filter", "FORWARD", $"-o {BuildBridge} -j {Chain}-BLD"));
        }

        return jumps;
    }

    public IReadOnlyList<(string Table, string Chain, string Jump)> Jumps6 { get; } =
    [
        ("mangle", "INPUT", $"-i {folder.BridgePrefix}+ -j PL-{folder.Hash}-6"),
        ("mangle", "FORWARD", $"-i {folder.BridgePrefix}+ -j PL-{folder.Hash}-6"),
        ("mangle", "FORWARD", $"-o {folder.BridgePrefix}+ -j PL-{folder.Hash}-6"),
    ];

    /// <summary>The private chains, filled anew, and those of the jumps that are missing.</summary>
    public string Render(FirewallPolicy policy, IReadOnlyCollection<(string Table, string Chain, string Jump)> missing)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var text = new StringBuilder();
        Begin(text, "mangle", "-IN", "-FW", "-TO", "-VIP");
        Input(text, policy);
        Forward(text, policy);
        text.AppendLine(CultureInfo.InvariantCulture, $"-A {Chain}-TO -i {Any} -j RETURN");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"-A {Chain}-TO -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN"
        );
        text.AppendLine(CultureInfo.InvariantCulture, $"-A {Chain}-TO -j DROP");
        text.AppendLine(CultureInfo.InvariantCulture, $"-A {Chain}-VIP -i lo -j RETURN");
        text.AppendLine(CultureInfo.InvariantCulture, $"-A {Chain}-VIP -i {Any} -j RETURN");
        text.AppendLine(CultureInfo.InvariantCulture, $"-A {Chain}-VIP -j DROP");
        End(text, "mangle", missing);

        if (policy.BuildSubnet is not null)
        {
            Begin(text, "nat", "-NAT");
            text.AppendLine(CultureInfo.InvariantCulture, $"-A {Chain}-NAT -j MASQUERADE");
            End(text, "nat", missing);

            // The machine's own policy may be to forward nothing; what must not pass was dropped in mangle already.
            Begin(text, "filter", "-BLD");
            text.AppendLine(CultureInfo.InvariantCulture, $"-A {Chain}-BLD -i {BuildBridge} -j ACCEPT");
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"-A {Chain}-BLD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
            );
            End(text, "filter", missing);
        }

        return text.ToString();
    }

    /// <summary>IPv6: networks have none, so nothing passes but what a bridge needs to itself.</summary>
    public string Render6(IReadOnlyCollection<(string Table, string Chain, string Jump)> missing)
    {
        var text = new StringBuilder();
        Begin(text, "mangle", "-6");
        text.AppendLine(CultureInfo.InvariantCulture, $"-A {Chain}-6 -j DROP");
        End(text, "mangle", missing);
        return text.ToString();
    }

    /// <summary>Whether a line of <c>iptables-save</c> belongs to this folder.</summary>
    public bool IsOurs(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Contains(Chain + "-", StringComparison.Ordinal);
    }

    private void Input(StringBuilder text, FirewallPolicy policy)
    {
        var chain = Chain + "-IN";
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"-A {chain} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN"
        );
        Resolvers(text, chain, policy);

        // SECURITY: S25. A build reaches not even the router: internal services are none of its business.
        text.AppendLine(CultureInfo.InvariantCulture, $"-A {chain} -i {BuildBridge} -j DROP");
        foreach (var (address, port) in policy.Admitted)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"-A {chain} -d {Block(address)} -p tcp -m tcp --dport {port} -j RETURN"
            );
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"-A {chain} -j DROP");
    }

    private void Forward(StringBuilder text, FirewallPolicy policy)
    {
        var chain = Chain + "-FW";
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"-A {chain} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN"
        );

        // With br_netfilter loaded, traffic inside a bridge passes here too.
        foreach (var bridge in policy.Bridges)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"-A {chain} -i {bridge} -o {bridge} -j RETURN");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"-A {chain} -o pl+ -j DROP");
        Resolvers(text, chain, policy);
        foreach (var block in NeverForwarded.Concat(policy.ControlPlane))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"-A {chain} -d {Block(block)} -j DROP");
        }
    }

    private static void Resolvers(StringBuilder text, string chain, FirewallPolicy policy)
    {
        foreach (var resolver in policy.Resolvers)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"-A {chain} -d {Block(resolver)} -p udp -m udp --dport 53 -j RETURN"
            );
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"-A {chain} -d {Block(resolver)} -p tcp -m tcp --dport 53 -j RETURN"
            );
        }
    }

    private void Begin(StringBuilder text, string table, params ReadOnlySpan<string> chains)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"*{table}");
        foreach (var suffix in chains)
        {
            // Naming a chain empties it, inside the same transaction that fills it.
            text.AppendLine(CultureInfo.InvariantCulture, $":{Chain}{suffix} - [0:0]");
        }
    }

    private static void End(
        StringBuilder text,
        string table,
        IEnumerable<(string Table, string Chain, string Jump)> missing
    )
    {
        foreach (var (_, chain, jump) in missing.Where(m => m.Table == table))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"-I {chain} 1 {jump}");
        }

        text.AppendLine("COMMIT");
    }

    // SECURITY: what is written here is parsed by iptables-restore; only addresses get in.
    private static string Block(string cidr)
    {
        var parts = cidr.Split('/');
        return
            parts.Length <= 2
            && IPAddress.TryParse(parts[0], out var address)
            && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            && (
                parts.Length == 1
                || byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits <= 32
            )
            ? $"{address}/{(parts.Length == 1 ? "32" : parts[1])}"
            : throw new FormatException($"Not an IPv4 block: {cidr}");
    }
}
