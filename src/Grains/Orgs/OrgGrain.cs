using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Audit;
using Palisade.Grains.Journaling;
using Palisade.Grains.Keys;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Orgs;

/// <inheritdoc cref="IOrgGrain"/>
public sealed partial class OrgGrain(GrainServices services, DeployKeys keys, People people) : JournaledGrain<OrgState, OrgEvent>(services), IOrgGrain
{
    private string Name => this.GetPrimaryKeyString();

    protected override OrgState Empty => new();

    protected override StreamId Stream => StreamId.Org(Name);

    protected override string Org => Name;

    protected override Resource Resource => Resource.Org;

    protected override OrgState Apply(OrgState state, OrgEvent @event) => OrgStateFold.Apply(state, @event);

    protected override ImmutableArray<ViewChange> Project(OrgState after, OrgEvent @event) =>
        @event is OrgCreated ? [new ViewChange("", ViewKinds.Org, Name, ViewJson.Write(new { Name, after.Created }))] : [];

    protected override ImmutableArray<JobDraft> JobsOf(OrgState after, OrgEvent @event, Caller caller) => @event is OrgCreated ? [AuditJob.For(Name)] : [];

    public Task<Result<Done>> CreateAsync(Caller caller, string administrator, CancellationToken cancellationToken = default) =>
        ChangeMembershipAsync(
            caller, Operations.OrgCreate, administrator, (s, c) => OrgMembers.Create(s, Name, administrator, c), user => UserDecisions.Join(user, Name), cancellationToken);

    public Task<Result<Done>> AddMemberAsync(
        Caller caller, string userId, ImmutableArray<RoleGrant> roles, CancellationToken cancellationToken = default) =>
        ChangeMembershipAsync(
            caller, Operations.MemberAdd, userId, (s, c) => OrgMembers.Add(s, userId, roles, c), user => UserDecisions.Join(user, Name), cancellationToken);

    public Task<Result<Done>> SetMemberRolesAsync(
        Caller caller, string userId, ImmutableArray<RoleGrant> roles, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.MemberRolesSet), (s, c) => OrgMembers.SetRoles(s, userId, roles, c), cancellationToken);

    public Task<Result<Done>> RemoveMemberAsync(Caller caller, string userId, CancellationToken cancellationToken = default) =>
        ChangeMembershipAsync(
            caller, Operations.MemberRemove, userId, (s, _) => OrgMembers.Remove(s, userId), user => UserDecisions.Leave(user, Name), cancellationToken);

    /// <summary>INVARIANT: a membership is in the organization's stream and in the person's, or in neither: one append writes both.</summary>
    private Task<Result<Done>> ChangeMembershipAsync(
        Caller caller,
        Operation operation,
        string userId,
        Func<OrgState, DecideContext, Result<Decision<OrgEvent, Done>>> decide,
        Func<UserState, Result<Decision<UserEvent, Done>>> decideForUser,
        CancellationToken cancellationToken)
    {
        var user = new PersonWrite(people, caller, operation);
        return CommandAsync<Done>(
            new(caller, operation) { Amend = user.Amend },
            async (state, context) =>
            {
                var decided = decide(state, context);
                return decided.Ok && await user.DecideAsync(userId, decideForUser, cancellationToken) is { } problem ? problem : decided;
            },
            cancellationToken);
    }
}
