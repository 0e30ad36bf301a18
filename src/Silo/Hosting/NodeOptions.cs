using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace Palisade.Silo.Hosting;

/// <summary>How other nodes of the database reach this one (docs/guides/cluster.md).</summary>
public sealed class NodeOptions
{
    public const string SectionName = "Node";

    /// <summary>Address that the internal endpoint listens on. Default 127.0.0.1.</summary>
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>
    /// Port of the internal endpoint, 1 to 65,535. Default 0: there is none, and the racks of this machine are reached
    /// through this node only.
    /// </summary>
    public int Port { get; set; }

    /// <summary>
    /// Name or address by which other nodes reach it. Default: <see cref="Bind"/>; required where that means every
    /// address.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>What a node tells the others; empty without an endpoint.</summary>
    public string Url =>
        Port == 0 ? "" : new UriBuilder(Uri.UriSchemeHttps, Address.Length > 0 ? Address : Bind, Port).Uri.ToString();
}

/// <summary>Refuses what nobody could reach, and an endpoint that nobody would ask.</summary>
public sealed class NodeOptionsValidation(SiloOptions silo) : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults = [];
        Check(
            IPAddress.TryParse(options.Bind, out var bind),
            $"Node:Bind must be an IP address, not '{options.Bind}'."
        );
        Check(
            options.Port is >= 0 and <= 65_535,
            string.Create(CultureInfo.InvariantCulture, $"Node:Port must be 0 to 65535, not {options.Port}.")
        );
        Check(
            options.Address.Length == 0 || Uri.CheckHostName(options.Address) != UriHostNameType.Unknown,
            $"Node:Address must be a host name or an address without a port, not '{options.Address}'."
        );
        if (options.Port != 0)
        {
            Check(
                silo.Postgres,
                "Node:Port is for nodes that share a PostgreSQL database: set Postgres:ConnectionString too."
            );
            Check(
                options.Address.Length > 0 || !(IPAddress.Any.Equals(bind) || IPAddress.IPv6Any.Equals(bind)),
                $"Node:Address must say by which name or address other nodes reach this one, as Node:Bind is {options.Bind}."
            );
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }
}
