using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// What members or deploy keys gain or lose of one operation. Those who gain or lose it at the same places are one
/// entry.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.access.change")]
public sealed record AccessChange
{
    /// <summary>Most ids and resources that are written out; the counts are of all.</summary>
    public const int MaxWritten = 100;

    /// <summary>Of members or of deploy keys.</summary>
    [Id(0)]
    public required ImmutableArray<string> Ids { get; init; }

    [Id(1)]
    public required int IdCount { get; init; }

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

    /// <summary>Whose ids they are: of users or of deploy keys.</summary>
    [Id(6)]
    public required PrincipalKind Kind { get; init; }
}

/// <summary>A request of the past that would be decided otherwise after a change.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.changed-request")]
public sealed record ChangedRequest(
    [property: Id(0)] AccessUse Use,
    [property: Id(1)] bool AllowedBefore,
    [property: Id(2)] bool AllowedAfter
);

/// <summary>What an answer is about, so that nothing is left out in silence.</summary>
/// <param name="Principals">Members and keys who hold something else than before; for others nothing changes.</param>
/// <param name="Resources">Racks and apps that there are.</param>
/// <param name="ResourcesLeftOut">How many of these were too many to compare.</param>
/// <param name="Requests">Different requests of the last 90 days that were decided again.</param>
/// <param name="RequestsLeftOut">Whether there were more, less frequent ones.</param>
[GenerateSerializer, Immutable, Alias("palisade.access.compared")]
public sealed record ComparedAccess(
    [property: Id(0)] int Principals,
    [property: Id(1)] int Resources,
    [property: Id(2)] int ResourcesLeftOut,
    [property: Id(3)] int Requests,
    [property: Id(4)] bool RequestsLeftOut = false
);

/// <summary>What a proposed change of roles, groups or assignments would do.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.what-if")]
public sealed record WhatIfAnswer(
    [property: Id(0)] ImmutableArray<AccessChange> Changes,
    [property: Id(1)] ImmutableArray<ChangedRequest> Requests
)
{
    [Id(2)]
    public required ComparedAccess Compared { get; init; }

    /// <summary>Of members and of deploy keys, about the same resources.</summary>
    public WhatIfAnswer And(WhatIfAnswer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(
            [.. Changes, .. other.Changes],
            [.. Requests.Concat(other.Requests).OrderByDescending(request => request.Use.Count)]
        )
        {
            Compared = new(
                Compared.Principals + other.Compared.Principals,
                Compared.Resources,
                Math.Max(Compared.ResourcesLeftOut, other.Compared.ResourcesLeftOut),
                Compared.Requests + other.Compared.Requests
            ),
        };
    }
}
