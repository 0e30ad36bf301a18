using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Orgs;

/// <summary>Roles and groups.</summary>
public sealed partial class OrgGrain
{
    /// <summary>
    /// Deploy keys hold roles too: a change of roles looks at those that there are when it is committed.
    /// </summary>
    private Task<Result<TAnswer>> ChangeRolesAsync<TAnswer>(
        CommandScope scope,
        Func<OrgState, DecideContext, Result<Decision<OrgEvent, TAnswer>>> decide,
        CancellationToken cancellationToken
    )
    {
        var registryHead = 0L;
        return CommandAsync<TAnswer>(
            scope with
            {
                Amend = append =>
                    append with
                    {
                        Guards = append.Guards.Add(new ReadGuard(StreamId.DeployKeys(Name), registryHead)),
                    },
            },
            async (state, context) =>
            {
                (var registry, registryHead) = await keys.RegistryAsync(Name, cancellationToken);
                return decide(state, context).Then(decision => registry.Admit(state, decision, context));
            },
            cancellationToken
        );
    }

    public Task<Result<string>> CreateRoleAsync(
        Caller caller,
        string name,
        ImmutableArray<Policy> policies,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.RoleCreate),
            (s, c) => OrgRoles.Create(s, name, policies, c),
            cancellationToken
        );

    public Task<Result<string>> CloneRoleAsync(
        Caller caller,
        string roleId,
        string name,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.RoleCreate),
            (s, c) => OrgRoles.Clone(s, roleId, name, c),
            cancellationToken
        );

    public Task<Result<Done>> UpdateRoleAsync(
        Caller caller,
        string roleId,
        string name,
        ImmutableArray<Policy> policies,
        Role? from = null,
        CancellationToken cancellationToken = default
    ) =>
        ChangeRolesAsync(
            new(caller, Operations.RoleUpdate),
            (s, c) => OrgRoles.Update(s, roleId, name, policies, c, from),
            cancellationToken
        );

    public Task<Result<Done>> DeleteRoleAsync(
        Caller caller,
        string roleId,
        CancellationToken cancellationToken = default
    ) => ChangeRolesAsync(new(caller, Operations.RoleDelete), (s, _) => OrgRoles.Delete(s, roleId), cancellationToken);

    public Task<Result<string>> CreateGroupAsync(
        Caller caller,
        string name,
        ImmutableArray<RoleGrant> roles,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.GroupCreate),
            (s, c) => OrgGroups.Create(s, name, roles, c),
            cancellationToken
        );

    public Task<Result<Done>> RenameGroupAsync(
        Caller caller,
        string groupId,
        string name,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.GroupUpdate),
            (s, _) => OrgGroups.Rename(s, groupId, name),
            cancellationToken
        );

    public Task<Result<Done>> SetGroupRolesAsync(
        Caller caller,
        string groupId,
        ImmutableArray<RoleGrant> roles,
        ImmutableArray<RoleGrant>? from = null,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.GroupRolesSet),
            (s, c) => OrgGroups.SetRoles(s, groupId, roles, c, from),
            cancellationToken
        );

    public Task<Result<Done>> DeleteGroupAsync(
        Caller caller,
        string groupId,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(new(caller, Operations.GroupDelete), (s, c) => OrgGroups.Delete(s, groupId, c), cancellationToken);

    public Task<Result<Done>> AddGroupMembersAsync(
        Caller caller,
        string groupId,
        ImmutableArray<string> userIds,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.GroupMemberAdd),
            (s, c) => OrgGroups.AddMembers(s, groupId, userIds, c),
            cancellationToken
        );

    public Task<Result<Done>> RemoveGroupMembersAsync(
        Caller caller,
        string groupId,
        ImmutableArray<string> userIds,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.GroupMemberRemove),
            (s, c) => OrgGroups.RemoveMembers(s, groupId, userIds, c),
            cancellationToken
        );

    public async Task<Result<string>> ApplyAccessAsync(
        Caller caller,
        string document,
        string hash,
        CancellationToken cancellationToken = default
    )
    {
        if (await ReadAsync(caller, Operations.AccessApply, cancellationToken) is { Ok: false, Problem: { } refusal })
        {
            return Result.Fail<string>(refusal);
        }

        // SECURITY: a plan with the same hash has the same steps, whatever happens to the organization in between.
        var planned = AccessReader.Read(document).Then(read => AccessPlanner.Plan(State, read));
        foreach (var operation in planned.Ok ? planned.Value.Steps.SelectMany(StepOperations.Of).Distinct() : [])
        {
            if (await AuthorizeAsync(caller, operation, cancellationToken) is { Ok: false, Problem: { } missing })
            {
                return Result.Fail<string>(missing);
            }
        }

        var applied = await ChangeRolesAsync(
            new(caller, Operations.AccessApply) { Authorize = false },
            (state, context) =>
                AccessReader.Read(document).Then(read => AccessPlanner.Apply(state, read, hash, context)),
            cancellationToken
        );
        return applied.Map(plan => plan.Hash);
    }
}
