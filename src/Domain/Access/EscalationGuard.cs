using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// Nobody grants what they don't hold (security.md S15). Compares effective access before and after a change over every
/// class of names, so that removing a refusal counts and a pattern is contained only where that is proven. One guard is
/// for one actor and all that one change comes to: what many members hold is compiled once.
/// </summary>
public sealed class EscalationGuard
{
    private static readonly OperationSet PeopleAndRoles =
        OperationSet.OfType(ResourceType.Users) | OperationSet.OfType(ResourceType.Roles);

    private readonly PolicyCompiler _compiler = new(previous: null);
    private readonly UserAccess _holds;

    public EscalationGuard(ImmutableArray<HeldRole> actor)
    {
        _holds = Compile(actor);
        HoldsEverything = _holds.IsAdministrator && !_holds.Roles.Any(held => held.Role.Rules.Any(rule => rule.IsDeny));
    }

    /// <summary>Whether the actor holds all that there is, so that no change can give what they lack.</summary>
    public bool HoldsEverything { get; }

    /// <summary>How many roles, each as it is held on some racks, had to be compiled until now.</summary>
    public int RolesCompiled => _compiler.Compiled;

    /// <summary>
    /// Whether the actor may turn what somebody holds from one into the other. Problem: <c>access.escalation</c>.
    /// </summary>
    public Problem? CheckChange(ImmutableArray<HeldRole> before, ImmutableArray<HeldRole> after) =>
        Check(before, after, withRackLeg: true) ?? Check([], [.. after.Except(before)], withRackLeg: false);

    /// <summary>
    /// Whether the actor may make a role what it is to be: by itself, held on all racks, it must grant nothing that
    /// they lack.
    /// </summary>
    public Problem? CheckRole(Role role) => Check([], [new HeldRole(role, Selector.AllowAll)], withRackLeg: false);

    /// <summary>
    /// Whether the actor may act as the other, which resetting the other's credentials amounts to.
    /// </summary>
    public Problem? CheckImpersonation(ImmutableArray<HeldRole> other) => Check([], other, withRackLeg: true);

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

    private UserAccess Compile(ImmutableArray<HeldRole> held) => _compiler.Compile(held.IsDefault ? [] : held);

    private Problem? Check(ImmutableArray<HeldRole> before, ImmutableArray<HeldRole> after, bool withRackLeg)
    {
        if (HoldsEverything)
        {
            return null;
        }

        var (had, gets) = (Compile(before), Compile(after));
        if (
            NameClasses.Of(_compiler.Tests, [.. _holds.Selectors, .. had.Selectors, .. gets.Selectors])
            is not { } classes
        )
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
            var gain = gets.On(probe, withRackLeg) & ~had.On(probe, withRackLeg) & ~_holds.On(probe, withRackLeg: true);
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
