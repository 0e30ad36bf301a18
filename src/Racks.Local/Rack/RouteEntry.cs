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
    public required string HealthPath { get; init; }
    public required int HealthInterval { get; init; }
    public required int HealthTimeout { get; init; }
    public bool HealthDisabled { get; init; }
    public required int RouterTimeout { get; init; }
    public required ImmutableArray<RouteServer> Servers { get; init; }

    public string Key => $"{AppId}-{Service}";
}

/// <param name="Port">Its own: another release may listen on another one.</param>
internal sealed record RouteServer(string ProcessId, string Ip, int Port);
