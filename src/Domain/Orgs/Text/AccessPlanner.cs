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
public sealed class AccessPlanner
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

    private void Roles(ImmutableArray<RoleEntry>? entries)
    {
        if (entries is not { } roles)
        {
            Names(_state.Roles.Values.Select(role => (role.Name, role.Id)), _roles);
            return;
        }

        var kept = new HashSet<string>();
        foreach (var entry in roles)
        {
            var known = Known(entry.Name, entry.Id, _state.Roles, role => role.Name);
            var after = new Role
            {
                Id = known?.Id ?? $"role-{_newId()}",
                Name = entry.Name,
                Policies = entry.Policies,
            };
            if (!Named(entry.Name, after.Id, _roles, "role") || (known is not null && !kept.Add(known.Id)))
            {
                Refuse($"role {entry.Name} is written twice, or called like a built-in one", "give it another name");
                continue;
            }

            if (known != after)
            {
                Step(
                    known is null,
                    PlanSubject.Role,
                    entry.Name,
                    known?.Name,
                    Lines(known),
                    Lines(after),
                    known is null ? new RoleCreated(after) : new RoleUpdated(after)
                );
            }
        }

        foreach (var gone in _state.Roles.Values.Where(role => !kept.Contains(role.Id)))
        {
            Delete(PlanSubject.Role, gone.Name, Lines(gone), new RoleDeleted(gone.Id));
        }
    }

    private void Groups(ImmutableArray<GroupEntry>? entries)
    {
        if (entries is not { } groups)
        {
            Names(_state.Groups.Values.Select(group => (group.Name, group.Id)), _groups);
            foreach (var group in _state.Groups.Values)
            {
                InUse(group.Roles, $"group {group.Name}");
            }

            return;
        }

        var kept = new HashSet<string>();
        foreach (var entry in groups)
        {
            var known = Known(entry.Name, entry.Id, _state.Groups, group => group.Name);
            var after = new OrgGroup(
                known?.Id ?? $"group-{_newId()}",
                entry.Name,
                Grants(entry.Roles, $"group {entry.Name}", atLeast: 0),
                known?.Created ?? _now
            );
            if (!Named(entry.Name, after.Id, _groups, "group") || (known is not null && !kept.Add(known.Id)))
            {
                Refuse($"group {entry.Name} is written twice", "give it another name");
                continue;
            }

            if (known is null || !known.Roles.SequenceEqual(after.Roles) || known.Name != after.Name)
            {
                Step(
                    known is null,
                    PlanSubject.Group,
                    entry.Name,
                    known?.Name,
                    Lines(known?.Roles ?? []),
                    Lines(after.Roles),
                    [.. Events(known, after)]
                );
            }
        }

        foreach (var gone in _state.Groups.Values.Where(group => !kept.Contains(group.Id)))
        {
            Delete(PlanSubject.Group, gone.Name, Lines(gone.Roles), new GroupDeleted(gone.Id));
        }
    }

    private static IEnumerable<OrgEvent> Events(OrgGroup? before, OrgGroup after)
    {
        if (before is null)
        {
            yield return new GroupCreated(after);
            yield break;
        }

        if (before.Name != after.Name)
        {
            yield return new GroupRenamed(after.Id, after.Name);
        }

        if (!before.Roles.SequenceEqual(after.Roles))
        {
            yield return new GroupRolesSet(after.Id, after.Roles);
        }
    }

    private void Members(ImmutableArray<MemberEntry>? entries)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries ?? [])
        {
            if (!_state.Members.TryGetValue(entry.User, out var member) || !named.Add(entry.User))
            {
                Refuse(
                    $"{Printable.Of(entry.User)} is no member, or written twice",
                    "invite who is new; a document changes assignments only"
                );
                continue;
            }

            var groups = entry.Groups is { } given
                ? [.. given.Select(GroupOf).Distinct().Order(StringComparer.Ordinal)]
                : member.Groups;
            var roles = Grants(entry.Roles, $"member {entry.User}", groups.IsEmpty ? 1 : 0);
            if (groups.Length > OrgMember.MaxGroups)
            {
                _problem ??= OrgProblems.InTooManyGroups(entry.User);
            }

            var (comes, goes) = (groups.Except(member.Groups).ToList(), member.Groups.Except(groups).ToList());
            ImmutableArray<OrgEvent> events =
            [
                .. member.Roles.SequenceEqual(roles)
                    ? Array.Empty<OrgEvent>()
                    : [new MemberRolesSet(member.UserId, roles)],
                .. comes.Select(id => new GroupMembersAdded(id, [member.UserId])),
                .. goes.Where(id => _groups.ContainsValue(id))
                    .Select(id => new GroupMembersRemoved(id, [member.UserId])),
            ];
            if (!events.IsEmpty)
            {
                Step(
                    false,
                    PlanSubject.Member,
                    entry.User,
                    entry.User,
                    Lines(member.Roles, member.Groups),
                    Lines(roles, groups),
                    events.AsSpan()
                );
            }
        }

        foreach (var member in _state.Members.Values.Where(member => !named.Contains(member.UserId)))
        {
            InUse(member.Roles, $"member {member.UserId}");
        }
    }

    private void Step(
        bool isNew,
        PlanSubject subject,
        string name,
        string? before,
        IEnumerable<string> then,
        IEnumerable<string> now,
        params ReadOnlySpan<OrgEvent> events
    )
    {
        var (old, fresh) = (then.ToList(), now.ToList());
        var renamed = before is not null && before != name ? new[] { $"- name: {before}", $"+ name: {name}" } : [];
        var reason =
            isNew ? $"the organization has no such {subject.ToString().ToLowerInvariant()}"
            : renamed.Length > 0 ? "it is called and made otherwise"
            : "it is made otherwise";
        _first.Add(
            (
                new(isNew ? PlanAction.Create : PlanAction.Update, subject, name, reason)
                {
                    // A change of order alone has no line that comes or goes, and is told whole.
                    Changes =
                    [
                        .. renamed,
                        .. old.SequenceEqual(fresh) ? []
                        : old.Order().SequenceEqual(fresh.Order())
                            ? old.Select(line => $"- {line}").Concat(fresh.Select(line => $"+ {line}"))
                        : old.Except(fresh)
                            .Select(line => $"- {line}")
                            .Concat(fresh.Except(old).Select(line => $"+ {line}")),
                    ],
                },
                [.. events]
            )
        );
    }

    // What goes, goes last and groups before the roles that they hold.
    private void Delete(PlanSubject subject, string name, IEnumerable<string> lines, OrgEvent @event) =>
        _last.Insert(
            subject == PlanSubject.Group ? 0 : _last.Count,
            (
                new(PlanAction.Delete, subject, name, "the document does not name it")
                {
                    Changes = [.. lines.Select(line => $"- {line}")],
                },
                [@event]
            )
        );

    private void InUse(ImmutableArray<RoleGrant> grants, string holder)
    {
        foreach (
            var grant in grants.Where(grant =>
                BuiltInRoles.Find(grant.Role) is null
                && _state.Roles.ContainsKey(grant.Role)
                && !_roles.ContainsValue(grant.Role)
            )
        )
        {
            Refuse(
                $"role {_state.Roles[grant.Role].Name} is to go, and {holder}, which the document does not name, holds it",
                "name the holder without it, or keep the role"
            );
        }
    }

    private ImmutableArray<RoleGrant> Grants(ImmutableArray<GrantEntry> entries, string holder, int atLeast)
    {
        ImmutableArray<RoleGrant> grants =
        [
            .. entries.Select(entry => new RoleGrant(_roles.GetValueOrDefault(entry.Role, ""), entry.Racks)),
        ];
        if (entries.FirstOrDefault(entry => !_roles.ContainsKey(entry.Role)) is { } unknown)
        {
            Refuse(
                $"{holder} is to hold {Printable.Of(unknown.Role)}, and no role is called so",
                "write the role, or a role that there is"
            );
        }
        else if (
            grants.Length < atLeast
            || grants.Length > OrgMember.MaxRoles
            || grants.Distinct().Count() != grants.Length
        )
        {
            Refuse(
                $"{holder} is to hold {grants.Length} roles; there are {atLeast} to {OrgMember.MaxRoles}, each once for the same racks",
                "write others"
            );
        }

        return grants;
    }

    private string GroupOf(string name)
    {
        if (!_groups.TryGetValue(name, out var id))
        {
            Refuse($"no group is called {Printable.Of(name)}", "write the group, or a group that there is");
        }

        return id ?? "";
    }

    private static T? Known<T>(
        string name,
        string? id,
        ImmutableSortedDictionary<string, T> known,
        Func<T, string> nameOf
    )
        where T : class =>
        id is not null && known.TryGetValue(id, out var byId)
            ? byId
            : known.Values.FirstOrDefault(x => string.Equals(nameOf(x), name, StringComparison.OrdinalIgnoreCase));

    private static void Names(IEnumerable<(string Name, string Id)> named, Dictionary<string, string> names)
    {
        foreach (var (name, id) in named)
        {
            names[name] = id;
        }
    }

    private bool Named(string name, string id, Dictionary<string, string> names, string what)
    {
        if (names.Count(pair => BuiltInRoles.Find(pair.Value) is null) >= OrgState.MaxRoles)
        {
            _problem ??= what == "role" ? OrgProblems.TooManyRoles : OrgProblems.TooManyGroups;
        }

        return names.TryAdd(name, id);
    }

    private void Refuse(string what, string remedy) =>
        _problem ??= new Invalid("access.bad_document", what) { Suggestion = remedy };

    private static IEnumerable<string> Lines(Role? role) => role is null ? [] : role.Policies.Select(AccessWriter.Line);

    private IEnumerable<string> Lines(ImmutableArray<RoleGrant> grants) =>
        grants.Select(grant =>
            AccessWriter.Line(
                new GrantEntry(
                    _state.FindRole(grant.Role)?.Name
                        ?? _roles.FirstOrDefault(pair => pair.Value == grant.Role).Key
                        ?? "",
                    grant.Racks
                )
            )
        );

    private IEnumerable<string> Lines(ImmutableArray<RoleGrant> grants, ImmutableArray<string> groups) =>
        Lines(grants)
            .Concat(
                groups
                    .Select(id =>
                        $"group {_state.Groups.GetValueOrDefault(id)?.Name ?? _groups.FirstOrDefault(pair => pair.Value == id).Key}"
                    )
                    .Order(StringComparer.Ordinal)
            );
}
