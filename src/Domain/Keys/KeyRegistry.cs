using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Keys;

/// <summary>Which deploy keys an organization has: the fold of its registry stream.</summary>
[GenerateSerializer, Immutable, Alias("palisade.keys.registry")]
public sealed record KeyRegistry
{
    /// <summary>Most keys of one organization.</summary>
    public const int MaxKeys = 500;

    /// <summary>By id, at most <see cref="MaxKeys"/>.</summary>
    [Id(0)]
    public ImmutableSortedDictionary<string, DeployKeySpec> Keys { get; init; } =
        ImmutableSortedDictionary<string, DeployKeySpec>.Empty;

    /// <summary>Folds an event. Total: it never refuses; replay and the live path share it.</summary>
    public static KeyRegistry Apply(KeyRegistry registry, KeyRegistryEvent @event)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return @event switch
        {
            KeyListed e => registry with { Keys = registry.Keys.SetItem(e.Id, e.Spec) },
            KeyUnlisted e => registry with { Keys = registry.Keys.Remove(e.Id) },
            _ => registry,
        };
    }

    /// <summary>Whether the key may be listed so. Problems: <c>key.name_taken</c>, <c>key.limit</c>.</summary>
    /// <param name="most">Keys that the organization may have, at most <see cref="MaxKeys"/>.</param>
    public Problem? Refusal(string id, DeployKeySpec spec, int most)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Keys.Any(key => key.Key != id && key.Value.Name == spec.Name) ? DeployKeyProblems.NameTaken(spec.Name)
            : !Keys.ContainsKey(id) && Keys.Count >= most ? DeployKeyProblems.TooMany(most)
            : null;
    }

    /// <summary>
    /// A decision about the organization's roles, if the keys allow it; problems as <see cref="CheckRoles"/>.
    /// </summary>
    public Result<Decision<OrgEvent, TAnswer>> Admit<TAnswer>(
        OrgState before,
        Decision<OrgEvent, TAnswer> decision,
        DecideContext context
    )
    {
        ArgumentNullException.ThrowIfNull(decision);
        return CheckRoles(before, decision.Events.Aggregate(before, OrgStateFold.Apply), context) is { } refusal
            ? Result.Fail<Decision<OrgEvent, TAnswer>>(refusal)
            : decision;
    }

    /// <summary>
    /// Whether the organization's roles may be changed so: one that a key holds stays, and nobody gives a key what they
    /// don't hold, be it by taking a refusal away (security.md S15). Problems: <c>role.in_use</c>,
    /// <c>access.escalation</c>.
    /// </summary>
    public Problem? CheckRoles(OrgState before, OrgState after, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var gone = before.Roles.Values.FirstOrDefault(role =>
            !after.Roles.ContainsKey(role.Id) && Keys.Values.Any(key => key.Roles.Contains(role.Id))
        );
        if (gone is not null)
        {
            return DeployKeyProblems.RoleInUse(gone.Name, Keys.Values.First(key => key.Roles.Contains(gone.Id)).Name);
        }

        var guard = new EscalationGuard(before.HeldBy(OrgGuard.Actor(before, context)));
        if (guard.HoldsEverything)
        {
            return null;
        }

        return Keys
            .Values.Select(key => (Had: DeployKeyAccess.Held(before, key), Gets: DeployKeyAccess.Held(after, key)))
            .Where(key => !key.Had.SequenceEqual(key.Gets))
            .Select(key => guard.CheckChange(key.Had, key.Gets))
            .FirstOrDefault(problem => problem is not null);
    }
}
