using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// Nobody grants what they don't hold (security.md S15). Compares effective access before and after a change over every
/// class of names, so that removing a refusal counts and a pattern is contained only where that is proven.
/// </summary>
public static class EscalationGuard
{
    private static readonly OperationSet PeopleAndRoles =
        OperationSet.OfType(ResourceType.Users) | OperationSet.OfType(ResourceType.Roles);

    /// <summary>
    /// Whether <paramref name="actor"/> may turn what somebody holds from one into the other. Problem:
    /// <c>access.escalation</c>.
    /// </summary>
    public static Problem? CheckChange(
        ImmutableArray<HeldRole> actor,
        ImmutableArray<HeldRole> before,
        ImmutableArray<HeldRole> after
    ) =>
        Check(actor, before, after, withRackLeg: true)
        ?? Check(actor, [], [.. after.Except(before)], withRackLeg: false);

    /// <summary>
    /// Whether <paramref name="actor"/> may make a role what it is to be: by itself, held on all racks, it must grant
    /// nothing that they lack.
    /// </summary>
    public static Problem? CheckRole(ImmutableArray<HeldRole> actor, Role role) =>
        Check(actor, [], [new HeldRole(role, Selector.AllowAll)], withRackLeg: false);

    /// <summary>
    /// Whether <paramref name="actor"/> may act as the other, which resetting the other's credentials amounts to.
    /// </summary>
    public static Problem? CheckImpersonation(ImmutableArray<HeldRole> actor, ImmutableArray<HeldRole> other) =>
        Check(actor, [], other, withRackLeg: true);

    /// <summary>
    /// Whether somebody holds Administrator on all racks and no refusal keeps them from people and roles, so that they
    /// can put anything right.
    /// </summary>
    public static bool IsAdministrator(ImmutableArray<HeldRole> held)
    {
        var tests = new NameTests();
        var access = UserAccess.Of(held, tests);
        return access.IsAdministrator && access.On(Resource.Org, new NameScope(tests)).Covers(PeopleAndRoles);
    }

    /// <summary>Whether somebody holds all that there is, so that no change can give what they lack.</summary>
    public static bool HoldsEverything(ImmutableArray<HeldRole> held) =>
        HoldsEverything(UserAccess.Of(held, new NameTests()));

    private static bool HoldsEverything(UserAccess access) =>
        access.IsAdministrator && !access.Roles.Any(held => held.Role.Rules.Any(rule => rule.IsDeny));

    private static Problem? Check(
        ImmutableArray<HeldRole> actor,
        ImmutableArray<HeldRole> before,
        ImmutableArray<HeldRole> after,
        bool withRackLeg
    )
    {
        var tests = new NameTests();
        var holds = UserAccess.Of(actor, tests);
        if (HoldsEverything(holds))
        {
            return null;
        }

        var (had, gets) = (UserAccess.Of(before, tests), UserAccess.Of(after, tests));
        if (NameClasses.Of(tests, [.. holds.Selectors, .. had.Selectors, .. gets.Selectors]) is not { } classes)
        {
            return new Forbidden(
                "access.escalation",
                "this compares too many patterns and names to prove that it grants nothing you don't hold"
            )
            {
                Suggestion = "ask an Administrator to do it",
            };
        }

        foreach (var probe in classes.Probes)
        {
            var gain = gets.On(probe, withRackLeg) & ~had.On(probe, withRackLeg) & ~holds.On(probe, withRackLeg: true);
            if (!gain.IsEmpty)
            {
                return Refusal(gain, probe);
            }
        }

        return null;
    }

    private static Forbidden Refusal(OperationSet gain, NameProbe probe)
    {
        var first = Operations.All.First(gain.Has);
        var rack =
            !probe.HasRack ? null
            : probe.Rack.Text == NameProbe.Other ? "racks that you have no such right on"
            : $"rack {probe.Rack.Text}";
        var app =
            !probe.HasApp || first.Type != ResourceType.Application ? null
            : probe.Leaf.Text == NameProbe.Other ? "apps not named by your roles"
            : $"app {probe.Leaf.Text}";
        var where = (app, rack) switch
        {
            (null, null) => "",
            (null, _) => $" on {rack}",
            (_, null) => $" on {app}",
            _ => $" on {app}, {rack}",
        };
        return new(
            "access.escalation",
            $"this would grant {first.Permission} ({first.Name}){where}, which you don't hold yourself"
        )
        {
            Suggestion = "ask somebody who holds it",
        };
    }
}
