using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Where one service's requests go; all routes of a rack are kept in a file, so that a restart knows them.
/// </summary>
internal sealed record RouteEntry
{
    public required AppRef App { get; init; }
    public required string AppId { get; init; }
    public required string Service { get; init; }

    /// <summary>The release that all of this but the servers is of.</summary>
    public required string Release { get; init; }
    public required int Port { get; init; }
    public required string Scheme { get; init; }

    /// <summary>Empty for internal services.</summary>
    public required ImmutableArray<string> Hosts { get; init; }

    /// <summary>Virtual address of an internal service.</summary>
    public string? Vip { get; init; }

    /// <summary>Null when its processes are not asked over HTTP.</summary>
    public int? HealthTimeout { get; init; }
    public required int RouterTimeout { get; init; }
    public required ImmutableArray<RouteServer> Servers { get; init; }

    public string Key => $"{AppId}-{Service}";
}

/// <summary>
/// A process that takes requests: two releases of one service may listen, speak and be asked differently.
/// </summary>
internal sealed record RouteServer(string ProcessId, string Ip, int Port)
{
    public bool Tls { get; init; }

    /// <summary>What it is asked over HTTP; null: nothing.</summary>
    public DesiredHealth? Health { get; init; }

    public static RouteServer Of(ContainerLabels labels, string ip) =>
        new(labels.ProcessId, ip, labels.Port!.Value)
        {
            Tls = labels.Scheme == "https",
            Health = labels.SpeaksHttp ? labels.Health : null,
        };
}
