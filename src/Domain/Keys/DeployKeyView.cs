using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Keys;

/// <summary>What lists and pages show of a deploy key; also the row of view <c>key</c>, keyed by its id.</summary>
[GenerateSerializer, Immutable, Alias("palisade.key.view")]
public sealed record DeployKeyView
{
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required DeployKeySpec Spec { get; init; }

    [Id(2)]
    public required ImmutableArray<KeySecret> Secrets { get; init; }

    [Id(3)]
    public required int Uses { get; init; }

    [Id(4)]
    public required string MadeBy { get; init; }

    [Id(5)]
    public required DateTimeOffset Created { get; init; }

    [Id(6)]
    public DateTimeOffset? Reported { get; init; }

    /// <summary>Whether it may act at all.</summary>
    public bool WorksAt(DateTimeOffset now) => Reported is null && !(Spec.Expires <= now);

    public static DeployKeyView Of(DeployKeyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new()
        {
            Id = state.Id,
            Spec = state.Spec!,
            Secrets = state.Secrets,
            Uses = state.Uses,
            MadeBy = state.MadeBy,
            Created = state.Created,
            Reported = state.Reported,
        };
    }

    /// <summary>The row that follows from a fact. Pure, so views can be rebuilt from the journal.</summary>
    public static ImmutableArray<ViewChange> Project(string org, string id, DeployKeyState after)
    {
        ArgumentNullException.ThrowIfNull(after);
        return
        [
            new ViewChange(org, ViewKinds.DeployKey, id, after.Exists ? ViewJson.Write(Of(after)) : null)
            {
                Sort = after.Spec?.Name ?? "",
            },
        ];
    }

    /// <summary>
    /// How the person knows the key, or null: made it, or was shown a secret of it that still works at
    /// <paramref name="now"/>.
    /// </summary>
    public KnownKey? KnownTo(string userId, DateTimeOffset now)
    {
        var (made, shown) = (MadeBy == userId, Secrets.Any(s => s.ShownTo == userId && s.WorksAt(now)));
        return made || shown ? new KnownKey(Id, Spec.Name, made, shown) : null;
    }
}

/// <summary>A key that somebody made or could still use.</summary>
/// <param name="HasSecret">They were shown a secret that works.</param>
[GenerateSerializer, Immutable, Alias("palisade.key.known")]
public sealed record KnownKey(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] bool Made,
    [property: Id(3)] bool HasSecret
);
