using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs.Text;

/// <summary>
/// Plans what a document changes, and turns the plan into events. Names are resolved here: a document knows no ids but
/// those that it repeats.
/// </summary>
public sealed partial class AccessPlanner
{
    public const string Stale = "access.stale_plan";

    private readonly OrgState _state;
    private readonly Func<string> _newId;
    private readonly DateTimeOffset _now;
    private readonly List<(PlanStep Step, ImmutableArray<OrgEvent> Events)> _first = [];
    private readonly List<(PlanStep Step, ImmutableArray<OrgEvent> Events)> _last = [];
    private readonly Dictionary<string, string> _roles = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _groups = new(StringComparer.OrdinalIgnoreCase);
    private Problem? _problem;

    private AccessPlanner(OrgState state, AccessDocument document, Func<string> newId, DateTimeOffset now)
    {
        (_state, _newId, _now) = (state, newId, now);
        Names(BuiltInRoles.All.Select(role => (role.Name, role.Id)), _roles);
        Roles(document.Roles);
        Groups(document.Groups);
        Members(document.Members);
    }

    /// <summary>Problems: <c>access.bad_document</c>, <c>access.plan_too_large</c>.</summary>
    public static Result<AccessPlan> Plan(OrgState state, AccessDocument document) =>
        Of(state, document, Numbers(), default).Map(planner => planner.Plan());

    /// <summary>
    /// The organization as it would be, whoever applies the document. Problems: as
    /// <see cref="Plan(OrgState, AccessDocument)"/>.
    /// </summary>
    public static Result<OrgState> Preview(OrgState state, AccessDocument document) =>
        Of(state, document, Numbers(), default).Map(planner => planner.All.Aggregate(state, OrgStateFold.Apply));

    // INVARIANT: nothing of a plan depends on the ids of what is new, so that planning and applying come to the same.
    private static Func<string> Numbers()
    {
        var number = 0;
        return () => $"new-{++number}";
    }

    /// <summary>
    /// Decides everything at once: all steps or none. Problems: as <see cref="Plan(OrgState, AccessDocument)"/>,
    /// <c>access.stale_plan</c>, <c>access.escalation</c>, <c>org.last_administrator</c>.
    /// </summary>
    public static Result<Decision<OrgEvent, AccessPlan>> Apply(
        OrgState state,
        AccessDocument document,
        string hash,
        DecideContext context
    ) =>
        Of(state, document, () => context.Ids.Hex(6), context.Now)
            .Then<Decision<OrgEvent, AccessPlan>>(planner =>
            {
                var plan = planner.Plan();
                var events = planner.All;
                return plan.Hash != hash
                        ? new Conflict(Stale, "the plan is not what would be applied now")
                        {
                            Suggestion = "look at the new plan and apply that",
                        }
                    : OrgGuard.Check(state, context, events.AsSpan()) is { } refusal ? refusal
                    : new Decision<OrgEvent, AccessPlan>(plan)
                    {
                        Events = events,
                        Details = ImmutableSortedDictionary<string, string>.Empty.Add("plan", plan.Hash),
                    };
            });

    private static Result<AccessPlanner> Of(
        OrgState state,
        AccessDocument document,
        Func<string> newId,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(document);
        var planner = new AccessPlanner(state, document, newId, now);
        var changes = planner._first.Concat(planner._last).Sum(x => x.Events.Length);
        return planner._problem is { } problem ? Result.Fail<AccessPlanner>(problem)
            : changes > AccessPlan.MaxChanges
                ? new Invalid(
                    "access.plan_too_large",
                    $"the document has {changes} changes, {AccessPlan.MaxChanges} at most can be applied at once"
                )
                {
                    Suggestion = "apply a part of it first: members that are not named stay as they are",
                }
            : planner;
    }

    private ImmutableArray<OrgEvent> All => [.. _first.Concat(_last).SelectMany(x => x.Events)];

    private AccessPlan Plan()
    {
        ImmutableArray<PlanStep> steps = [.. _first.Concat(_last).Select(x => x.Step)];
        var text = string.Join(
            '\n',
            steps.Select(step => $"{step.Action} {step.Subject} {step.Name}\n{string.Join('\n', step.Changes)}")
        );
        return new(steps, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }
}
