using System.Collections.Immutable;

namespace Palisade.Domain.Keys;

/// <summary>What decisions need of one deploy key: the fold of its stream.</summary>
[GenerateSerializer, Immutable, Alias("palisade.key.state")]
public sealed record DeployKeyState
{
    /// <summary>Secrets that may work at the same time while a key is being rolled.</summary>
    public const int MaxSecrets = 5;

    [Id(0)]
    public string Id { get; init; } = "";

    /// <summary>None when there is no such key.</summary>
    [Id(1)]
    public DeployKeySpec? Spec { get; init; }

    /// <summary>The newest last, at most <see cref="MaxSecrets"/>.</summary>
    [Id(2)]
    public ImmutableArray<KeySecret> Secrets { get; init; } = [];

    /// <summary>Changes counted since a use limit was set.</summary>
    [Id(3)]
    public int Uses { get; init; }

    /// <summary>Id of the person who made it.</summary>
    [Id(4)]
    public string MadeBy { get; init; } = "";

    [Id(5)]
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was reported as leaked; it works no more.</summary>
    [Id(6)]
    public DateTimeOffset? Reported { get; init; }

    public bool Exists => Spec is not null;

    public bool UsedUp => Spec?.UseLimit is { } limit && Uses >= limit;

    /// <summary>Whether it may act at all; who may use it from where is the credential's.</summary>
    public bool WorksAt(DateTimeOffset now) => Exists && Reported is null && !IsExpiredAt(now);

    public bool IsExpiredAt(DateTimeOffset now) => Spec?.Expires <= now;

    /// <summary>Folds an event. Total: it never refuses; replay and the live path share it.</summary>
    public static DeployKeyState Apply(DeployKeyState state, DeployKeyEvent @event)
    {
        ArgumentNullException.ThrowIfNull(state);
        return @event switch
        {
            DeployKeyCreated e => new DeployKeyState
            {
                Id = e.Id,
                Spec = e.Spec,
                Secrets = [e.Secret],
                MadeBy = e.By,
                Created = e.At,
            },

            // A limit that is set anew begins to count; one that is raised goes on.
            DeployKeyUpdated e => state with { Spec = e.Spec, Uses = state.Spec?.UseLimit is null ? 0 : state.Uses },
            DeployKeyRolled e => state with { Secrets = Rolled(state.Secrets, e) },
            DeployKeyUsed => state with { Uses = state.Uses + 1 },
            DeployKeyReported e => state with { Reported = e.At },
            DeployKeyDeleted => new DeployKeyState { Id = state.Id },
            _ => state,
        };
    }

    private static ImmutableArray<KeySecret> Rolled(ImmutableArray<KeySecret> secrets, DeployKeyRolled rolled) =>
        [
            .. secrets
                .Where(s => s.WorksAt(rolled.Secret.Since))
                .Select(s => s.Until < rolled.OthersUntil ? s : s with { Until = rolled.OthersUntil })
                .Where(s => s.WorksAt(rolled.Secret.Since)),
            rolled.Secret,
        ];
}
