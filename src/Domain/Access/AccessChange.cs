using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>What members gain or lose of one operation. Members who gain and lose the same are one entry.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.change")]
public sealed record AccessChange
{
    /// <summary>Most members and resources that are written out; the counts are of all.</summary>
    public const int MaxWritten = 100;

    [Id(0)]
    public required ImmutableArray<string> UserIds { get; init; }

    [Id(1)]
    public required int Users { get; init; }

    [Id(2)]
    public required string Operation { get; init; }

    /// <summary>Gained, or else lost.</summary>
    [Id(3)]
    public required bool Gained { get; init; }

    /// <summary>
    /// In their stored form; <c>*</c> stands for every rack or app that does not exist yet and that nobody wrote down.
    /// </summary>
    [Id(4)]
    public required ImmutableArray<string> Resources { get; init; }

    [Id(5)]
    public required int ResourceCount { get; init; }
}

/// <summary>A request of the past that would be decided otherwise after a change.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.changed-request")]
public sealed record ChangedRequest(
    [property: Id(0)] AccessUse Use,
    [property: Id(1)] bool AllowedBefore,
    [property: Id(2)] bool AllowedAfter
);

/// <summary>What a proposed change of roles, groups or assignments would do.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.what-if")]
public sealed record WhatIfAnswer(
    [property: Id(0)] ImmutableArray<AccessChange> Changes,
    [property: Id(1)] ImmutableArray<ChangedRequest> Requests
);
