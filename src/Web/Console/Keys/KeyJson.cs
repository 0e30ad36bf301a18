using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Palisade.Domain.Access;
using Palisade.Domain.Keys;
using Palisade.Grains.Keys;

namespace Palisade.Web.Console.Keys;

/// <summary>Whether a key works.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyStatus>))]
public enum KeyStatus
{
    Active,

    /// <summary>It may still read, and finish what it began.</summary>
    UsedUp,
    Expired,

    /// <summary>It was reported as leaked.</summary>
    Reported,
}

/// <summary>A deploy key. Its secrets are shown when they are made, and never again.</summary>
public sealed record KeyJson
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required KeyStatus Status { get; init; }
    public required Selector Racks { get; init; }
    public required Selector Apps { get; init; }

    /// <summary>Ids of its roles.</summary>
    public required ImmutableArray<string> Roles { get; init; }
    public required bool Narrow { get; init; }
    public required ImmutableArray<string> Networks { get; init; }
    public int? UseLimit { get; init; }

    /// <summary>Changes counted since the use limit was set.</summary>
    public required int Uses { get; init; }
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Id of the person who made it.</summary>
    public required string MadeBy { get; init; }
    public required DateTimeOffset Created { get; init; }
    public DateTimeOffset? Reported { get; init; }

    /// <summary>Which secrets work, and to whom they were shown.</summary>
    public required ImmutableArray<KeySecret> Secrets { get; init; }

    /// <summary>None: it was never used.</summary>
    public LastUse? LastUse { get; init; }

    internal static KeyStatus StatusOf(DeployKeyView key, DateTimeOffset now) =>
        key.Reported is not null ? KeyStatus.Reported
        : key.Spec.Expires <= now ? KeyStatus.Expired
        : key.Uses >= key.Spec.UseLimit ? KeyStatus.UsedUp
        : KeyStatus.Active;

    internal static KeyJson Of(DeployKeyView key, LastUse? lastUse, DateTimeOffset now) =>
        new()
        {
            Id = key.Id,
            Name = key.Spec.Name,
            Status = StatusOf(key, now),
            Racks = key.Spec.Racks,
            Apps = key.Spec.Apps,
            Roles = key.Spec.Roles,
            Narrow = key.Spec.Narrow,
            Networks = key.Spec.Networks,
            UseLimit = key.Spec.UseLimit,
            Uses = key.Uses,
            Expires = key.Spec.Expires,
            MadeBy = key.MadeBy,
            Created = key.Created,
            Reported = key.Reported,
            Secrets = [.. key.Secrets.Where(secret => secret.WorksAt(now))],
            LastUse = lastUse,
        };
}
