using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Orgs;

/// <inheritdoc cref="IOrgGrain"/>
public sealed class OrgGrain(GrainServices services) : JournaledGrain<OrgState, OrgEvent>(services), IOrgGrain
{
    private string Name => this.GetPrimaryKeyString();

    protected override OrgState Empty => new();

    protected override StreamId Stream => StreamId.Org(Name);

    protected override string Org => Name;

    protected override Resource Resource => Resource.Org;

    protected override OrgState Apply(OrgState state, OrgEvent @event) => OrgStateFold.Apply(state, @event);

    protected override ImmutableArray<ViewChange> Project(OrgState after, OrgEvent @event) =>
        @event is OrgCreated ? [new ViewChange("", ViewKinds.Org, Name, ViewJson.Write(new { Name, after.Created }))] : [];

    public Task<Result<Done>> CreateAsync(Caller caller, string administrator, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.OrgCreate), (s, c) => OrgMembers.Create(s, Name, administrator, c), cancellationToken);

    public Task<Result<Done>> AddMemberAsync(
        Caller caller, string userId, ImmutableArray<RoleGrant> roles, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.MemberAdd), (s, c) => OrgMembers.Add(s, userId, roles, c), cancellationToken);

    public Task<Result<Done>> SetMemberRolesAsync(
        Caller caller, string userId, ImmutableArray<RoleGrant> roles, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.MemberRolesSet), (s, c) => OrgMembers.SetRoles(s, userId, roles, c), cancellationToken);

    public Task<Result<Done>> RemoveMemberAsync(Caller caller, string userId, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.MemberRemove), (s, _) => OrgMembers.Remove(s, userId), cancellationToken);
}
