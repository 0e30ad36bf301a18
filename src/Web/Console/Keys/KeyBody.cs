using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Keys;

namespace Palisade.Web.Console.Keys;

/// <summary>What a deploy key is to be.</summary>
public sealed record KeyBody
{
    /// <summary>Unique in the organization: lower-case letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>The racks that it works on; all of them is the explicit kind <c>AllowAll</c>.</summary>
    public required Selector Racks { get; init; }

    /// <summary>The apps of these racks; all, when absent.</summary>
    public Selector? Apps { get; init; }

    /// <summary>Ids of roles that extend the default operations.</summary>
    public ImmutableArray<string>? Roles { get; init; }

    /// <summary>The roles replace the default operations.</summary>
    public bool Narrow { get; init; }

    /// <summary>Networks in CIDR form that it may be used from; any, when absent or empty.</summary>
    public ImmutableArray<string>? Networks { get; init; }

    /// <summary>
    /// How many changes it may make (a deploy, a build, a promotion, a change of the environment or a run counts one
    /// each).
    /// </summary>
    public int? UseLimit { get; init; }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset? Expires { get; init; }

    internal DeployKeySpec ToSpec() =>
        new()
        {
            Name = Name,
            Racks = Racks,
            Apps = Apps ?? Selector.AllowAll,
            Roles = Roles ?? [],
            Narrow = Narrow,
            Networks = Networks ?? [],
            UseLimit = UseLimit,
            Expires = Expires,
        };
}

/// <param name="OverlapSeconds">How long the secrets before the new one go on: 0 (they end at once) to 30 days.</param>
public sealed record RollBody(int OverlapSeconds);
