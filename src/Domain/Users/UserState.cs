using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>What decisions need of one person: the fold of their stream.</summary>
[GenerateSerializer, Immutable, Alias("palisade.user.state")]
public sealed record UserState
{
    public const int MaxOrgs = 200;

    /// <summary>"" when there is no such person.</summary>
    [Id(0)]
    public string Id { get; init; } = "";

    [Id(1)]
    public Sealed? Email { get; init; }

    [Id(2)]
    public Sealed? Name { get; init; }

    [Id(3)]
    public PasswordHash? Password { get; init; }

    /// <summary>Only signing in and changing it is possible until it is changed (S02).</summary>
    [Id(4)]
    public bool MustChangePassword { get; init; }

    [Id(5)]
    public DateTimeOffset Created { get; init; }

    [Id(6)]
    public DateTimeOffset? Disabled { get; init; }

    /// <summary>
    /// Names of the organizations they belong to, at most <see cref="MaxOrgs"/>; the org's own stream is what counts.
    /// </summary>
    [Id(7)]
    public ImmutableSortedSet<string> Orgs { get; init; } = [];

    /// <summary>None: a password is enough.</summary>
    [Id(8)]
    public SecondFactor? SecondFactor { get; init; }

    [Id(9)]
    public ProposedFactor? Proposed { get; init; }

    /// <summary>A password that somebody else set is good until then.</summary>
    [Id(10)]
    public DateTimeOffset? PasswordExpires { get; init; }

    /// <summary>When what is personal of them was erased; nothing of the account but its id is left.</summary>
    [Id(11)]
    public DateTimeOffset? Erased { get; init; }

    public bool Exists => Id.Length > 0;

    /// <summary>Folds an event. Total: it never refuses; replay and the live path share it.</summary>
    public static UserState Apply(UserState state, UserEvent @event)
    {
        ArgumentNullException.ThrowIfNull(state);
        return @event switch
        {
            UserRegistered e => state with
            {
                Id = e.Id,
                Email = e.Email,
                Name = e.Name,
                Password = e.Password,
                MustChangePassword = e.MustChangePassword,
                Created = e.At,
            },
            PasswordChanged e => state with
            {
                Password = e.Password,
                MustChangePassword = e.MustChangePassword,
                PasswordExpires = null,
            },
            PasswordStrengthened e => state with { Password = e.Password },
            PasswordReset e => state with
            {
                Password = e.Password,
                MustChangePassword = true,
                PasswordExpires = e.Expires,
            },
            NameChanged e => state with { Name = e.Name },
            FactorProposed e => state with { Proposed = new(e.Secret, e.At) },
            FactorConfirmed e when state.Proposed is { } proposed => state with
            {
                SecondFactor = new()
                {
                    Secret = proposed.Secret,
                    Since = e.At,
                    LastStep = e.Step,
                    RecoveryCodes = e.RecoveryCodes,
                },
                Proposed = null,
            },
            FactorUsed e when state.SecondFactor is { } factor => state with
            {
                SecondFactor = factor with { LastStep = e.Step },
            },
            RecoveryCodeUsed e when state.SecondFactor is { } factor => state with
            {
                SecondFactor = factor with { RecoveryCodes = factor.RecoveryCodes.Remove(e.Fingerprint) },
            },
            RecoveryCodesReplaced e when state.SecondFactor is { } factor => state with
            {
                SecondFactor = factor with { RecoveryCodes = e.RecoveryCodes },
            },
            FactorRemoved => state with { SecondFactor = null, Proposed = null },
            UserDisabled e => state with { Disabled = e.At },
            UserEnabled => state with { Disabled = null },
            UserErased e => new UserState
            {
                Id = state.Id,
                Created = state.Created,
                Disabled = e.At,
                Erased = e.At,
            },
            OrgJoined e => state with { Orgs = state.Orgs.Add(e.Org) },
            OrgLeft e => state with { Orgs = state.Orgs.Remove(e.Org) },
            _ => state,
        };
    }
}
