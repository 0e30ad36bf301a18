using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>Why a decision fell as it did.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.explanation")]
public sealed record Explanation
{
    [Id(0)]
    public required bool Allowed { get; init; }

    /// <summary>Name of the operation; "unknown" when it is in no table.</summary>
    [Id(1)]
    public required string Operation { get; init; }

    /// <summary>The resource in its stored form.</summary>
    [Id(2)]
    public required string Resource { get; init; }

    /// <summary>
    /// The operation's own leg and, for applications, that of Racks:Read on their rack. Empty when refused before any
    /// role was asked.
    /// </summary>
    [Id(3)]
    public required ImmutableArray<ExplainedLeg> Legs { get; init; }

    /// <summary>What decided, in one line.</summary>
    [Id(4)]
    public required string Rule { get; init; }

    /// <summary>
    /// The least that would have to be granted (or taken away) for it to be allowed; none when it is, or when nothing
    /// would.
    /// </summary>
    [Id(5)]
    public string? SmallestGrant { get; init; }
}

/// <summary>One permission on one resource, the rule that decided it and the rules that lost.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.explained-leg")]
public sealed record ExplainedLeg
{
    /// <summary><c>Racks:Read</c>.</summary>
    [Id(0)]
    public required string Permission { get; init; }

    [Id(1)]
    public required string Operation { get; init; }

    [Id(2)]
    public required string Resource { get; init; }

    [Id(3)]
    public required bool Allowed { get; init; }

    /// <summary>The deciding role and policy, or that none grants it.</summary>
    [Id(4)]
    public required string Rule { get; init; }

    /// <summary>Rules that match but did not decide.</summary>
    [Id(5)]
    public required ImmutableArray<string> Lost { get; init; }
}
