using Palisade.Domain.Access;

namespace Palisade.Domain.Orgs.Text;

/// <summary>What a step of a plan needs beside <c>access.apply</c>: what doing it by itself would need.</summary>
public static class StepOperations
{
    public static IEnumerable<Operation> Of(PlanStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return (step.Subject, step.Action) switch
        {
            (PlanSubject.Role, PlanAction.Create) => [Operations.RoleCreate],
            (PlanSubject.Role, PlanAction.Update) => [Operations.RoleUpdate],
            (PlanSubject.Role, _) => [Operations.RoleDelete],
            (PlanSubject.Group, PlanAction.Create) => [Operations.GroupCreate],
            (PlanSubject.Group, PlanAction.Update) => [Operations.GroupUpdate, Operations.GroupRolesSet],
            (PlanSubject.Group, _) => [Operations.GroupDelete],
            _ => [Operations.MemberRolesSet, Operations.GroupMemberAdd, Operations.GroupMemberRemove],
        };
    }
}
