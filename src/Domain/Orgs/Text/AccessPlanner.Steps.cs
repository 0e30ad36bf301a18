using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs.Text;

/// <summary>The steps of a plan, and the lines that they are told in.</summary>
public sealed partial class AccessPlanner
{
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
