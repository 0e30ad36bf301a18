using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Keys;

using KeyDecision = Decision<DeployKeyEvent, Done>;

/// <summary>Decisions about one deploy key.</summary>
public static class DeployKeyDecisions
{
    /// <summary>Longest time that a rolled key's old secret may go on.</summary>
    public static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(30);

    /// <summary>
    /// Problems: those of <see cref="DeployKeyRules"/> and <see cref="KeyRegistry.Refusal"/>, <c>access.escalation</c>,
    /// <c>key.exists</c>, <c>key.maker_invalid</c>.
    /// </summary>
    public static Result<KeyDecision> Create(
        DeployKeyState state,
        KeyRegistry registry,
        OrgState org,
        NewDeployKey command,
        DecideContext context
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        return state.Exists ? DeployKeyProblems.Exists(state.Id)
            : Person(context) is not { } person ? DeployKeyProblems.NotByAPerson
            : Checked(registry, org, command.Id, command.Spec, context)
                .Map(spec =>
                    Of(
                        new DeployKeyCreated
                        {
                            Id = command.Id,
                            Spec = spec,
                            Secret = new KeySecret(command.CredentialId, person, context.Now),
                            By = person,
                            At = context.Now,
                        },
                        ("credential", command.CredentialId)
                    )
                );
    }

    /// <summary>
    /// Replaces all that can be chosen. Problems: as <see cref="Create"/>, <c>key.not_found</c>, <c>key.reported</c>,
    /// <c>key.expired</c>, <c>key.stale</c>.
    /// </summary>
    /// <param name="from">What it must still be; null: whatever it is.</param>
    public static Result<KeyDecision> Update(
        DeployKeyState state,
        KeyRegistry registry,
        OrgState org,
        DeployKeySpec? after,
        DecideContext context,
        DeployKeySpec? from = null
    ) =>
        Over(state, context.Now) is { } problem ? problem
        : from is not null && from != state.Spec ? DeployKeyProblems.Stale
        : Checked(registry, org, state.Id, after, context)
            .Map(spec => spec == state.Spec ? new KeyDecision(default) : Of(new DeployKeyUpdated(spec)));

    /// <summary>
    /// Gives it a new secret. Whoever sees it could act as the key, so they must hold all that it grants. Problems:
    /// <c>key.overlap_invalid</c>, <c>key.too_many_secrets</c>, <c>key.not_found</c>, <c>key.reported</c>,
    /// <c>key.expired</c>, <c>key.maker_invalid</c>, <c>access.escalation</c>.
    /// </summary>
    public static Result<KeyDecision> Roll(
        DeployKeyState state,
        OrgState org,
        string credentialId,
        TimeSpan overlap,
        DecideContext context
    )
    {
        if (Over(state, context.Now) is { } problem)
        {
            return problem;
        }

        if (overlap < TimeSpan.Zero || overlap > MaxOverlap)
        {
            return DeployKeyProblems.OverlapInvalid;
        }

        if (Person(context) is not { } person)
        {
            return DeployKeyProblems.NotByAPerson;
        }

        var rolled = new DeployKeyRolled(new KeySecret(credentialId, person, context.Now), context.Now + overlap);
        return DeployKeyState.Apply(state, rolled).Secrets.Length > DeployKeyState.MaxSecrets
                ? DeployKeyProblems.TooManySecrets
            : Escalation(org, state.Spec!, context) is { } escalation ? escalation
            : Of(
                rolled,
                ("credential", credentialId),
                ("overlap", overlap.TotalSeconds.ToString("0", CultureInfo.InvariantCulture))
            );
    }

    /// <summary>Problem: <c>key.not_found</c>.</summary>
    public static Result<KeyDecision> Delete(DeployKeyState state) =>
        state.Exists ? Of(new DeployKeyDeleted()) : DeployKeyProblems.NotFound(state.Id);

    /// <summary>Said twice, it is a fact once. Problem: <c>key.not_found</c>.</summary>
    public static Result<KeyDecision> Report(DeployKeyState state, DecideContext context) =>
        !state.Exists ? DeployKeyProblems.NotFound(state.Id)
        : state.Reported is not null ? new KeyDecision(default)
        : Of(new DeployKeyReported(context.Now));

    /// <summary>Counts one change; none when there is no limit. Problem: <c>key.used_up</c>.</summary>
    public static Result<KeyDecision> Use(DeployKeyState state) =>
        state.Spec?.UseLimit is not { } limit ? new KeyDecision(default)
        : state.UsedUp ? DeployKeyProblems.UsedUp(limit)
        : Of(new DeployKeyUsed());

    private static Result<DeployKeySpec> Checked(
        KeyRegistry registry,
        OrgState org,
        string id,
        DeployKeySpec? spec,
        DecideContext context
    ) =>
        DeployKeyRules
            .Check(org, spec, context.Now)
            .Then<DeployKeySpec>(found =>
                (
                    registry.Refusal(id, found, org.Quotas.DeployKeys ?? KeyRegistry.MaxKeys)
                    ?? Escalation(org, found, context)
                )
                    is { } refusal
                    ? Result.Fail<DeployKeySpec>(refusal)
                    : found
            );

    /// <summary>
    /// SECURITY (S15): nobody makes, changes or is shown a key that may do what they may not, the default operations
    /// included.
    /// </summary>
    private static Problem? Escalation(OrgState org, DeployKeySpec spec, DecideContext context) =>
        new EscalationGuard(org.HeldBy(OrgGuard.Actor(org, context))).CheckChange([], DeployKeyAccess.Held(org, spec));

    private static Problem? Over(DeployKeyState state, DateTimeOffset now) =>
        !state.Exists ? DeployKeyProblems.NotFound(state.Id)
        : state.Reported is not null ? DeployKeyProblems.IsReported
        : state.IsExpiredAt(now) ? DeployKeyProblems.IsExpired
        : null;

    private static string? Person(DecideContext context) =>
        context.Caller.Principal is { Kind: PrincipalKind.User } principal ? principal.Id : null;

    private static KeyDecision Of(DeployKeyEvent @event, params ReadOnlySpan<(string Key, string Value)> details)
    {
        var facts = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var (key, value) in details)
        {
            facts.Add(key, value);
        }

        return new KeyDecision(default) { Events = [@event], Details = facts.ToImmutable() };
    }
}

/// <summary>A key to be made, with ids that were drawn for it.</summary>
public sealed record NewDeployKey(string Id, string CredentialId, DeployKeySpec? Spec);
