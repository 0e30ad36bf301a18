using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Palisade.Silo.Hosting;

/// <summary>What this process does among the nodes of its database (docs/guides/cluster.md).</summary>
public sealed class NodeOptions
{
    public const string SectionName = "Node";

    /// <summary>Whether it serves pages and APIs. Default true; health is told in any case.</summary>
    public bool Http { get; set; } = true;

    /// <summary>Whether it runs jobs. Default true.</summary>
    public bool Jobs { get; set; } = true;

    /// <summary>Whether it has the local racks of its machine. Default true.</summary>
    public bool Racks { get; set; } = true;

    /// <summary>
    /// How long it goes on serving after it was told to stop, and says that it is not ready, so that load balancers
    /// send nothing new. Default 0 s; at most 5 min.
    /// </summary>
    public TimeSpan Drain { get; set; }

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

    /// <summary>As configured, before there are services.</summary>
    /// <exception cref="OptionsValidationException">A value is not of its kind.</exception>
    public static NodeOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        try
        {
            return configuration.GetSection(SectionName).Get<NodeOptions>() ?? new();
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsValidationException(SectionName, typeof(NodeOptions), [e.Message]);
        }
    }
}

/// <summary>Refuses what nobody could reach, and an endpoint that nobody would ask.</summary>
public sealed class NodeOptionsValidation(SiloOptions silo) : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults = [];
        Check(
            silo.Postgres || options is { Http: true, Jobs: true, Racks: true },
            "Node:Http, Node:Jobs and Node:Racks are for nodes that share a PostgreSQL database: with the embedded store one process does everything."
        );
        Check(options.Http || options.Jobs, "Node:Http and Node:Jobs are both off: nothing would be left to do.");
        Check(
            options.Jobs || !options.Racks,
            "Node:Racks needs Node:Jobs, which make a rack what it is to be: switch both on or both off."
        );
        Check(
            options.Drain >= TimeSpan.Zero && options.Drain <= TimeSpan.FromMinutes(5),
            $"Node:Drain must be 00:00:00 to 00:05:00, not {options.Drain}."
        );
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
            Check(options.Racks, "Node:Port is for nodes that have racks: leave it out where Node:Racks is off.");
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
