using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>A command that runs on a schedule.</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.timer")]
public sealed record TimerSpec
{
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its key's path for messages.</summary>
    [Id(1)]
    public required string Path { get; init; }

    /// <summary>Five cron fields, UTC, one space between.</summary>
    [Id(2)]
    public required string Schedule { get; init; }

    /// <summary>Words to run; empty for the service's own command.</summary>
    [Id(3)]
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The service whose image and environment it uses.</summary>
    [Id(4)]
    public required string Service { get; init; }

    /// <summary><c>allow</c>, <c>forbid</c> or <c>replace</c>; null for the rack's default.</summary>
    [Id(5)]
    public string? Concurrency { get; init; }

    [Id(6)]
    public required ImmutableSortedDictionary<string, string> Annotations { get; init; }

    /// <summary>Name only, since the command may hold a secret.</summary>
    public override string ToString() => $"timer {Name}";
}
