using System.Collections.Immutable;

namespace Palisade.Grains.Apps;

/// <summary>What <c>run</c> asks for. Cpu in milli-cores, memory in MiB.</summary>
public sealed record RunOptions
{
    public required string Service { get; init; }

    /// <summary>Shell-quoted words. May hold a secret: kept redacted.</summary>
    public required string Command { get; init; }

    /// <summary>Null: the active release.</summary>
    public string? Release { get; init; }
    public int? Cpu { get; init; }
    public int? Memory { get; init; }
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public override string ToString() => $"run on {Service}";
}
