using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Audit;
using Palisade.Grains.Installation;
using Palisade.Grains.Journaling;
using Palisade.Grains.Keys;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Orgs;

/// <inheritdoc cref="IOrgGrain"/>
public sealed partial class OrgGrain(
    GrainServices services,
    DeployKeys keys,
    People people,
    InviteTokens invites,
    InstallationFacts installation,
    AuditFacts logs
) : JournaledGrain<OrgState, OrgEvent>(services), IOrgGrain
{
    private string Name => this.GetPrimaryKeyString();

    protected override OrgState Empty => new();

    protected override StreamId Stream => StreamId.Org(Name);

    protected override string Org => Name;

    protected override Resource Resource => Resource.Org;

    protected override OrgState Apply(OrgState state, OrgEvent @event) => OrgStateFold.Apply(state, @event);

    protected override int SnapshotVersion => 3;

    protected override ChangeSet ChangesOf(OrgState before, OrgEvent @event, OrgState after) =>
        OrgChanges.Of(before, @event, after);

    protected override ImmutableArray<ViewChange> Project(OrgState after, OrgEvent @event) =>
        OrgProjection.Project(Name, State, after, @event);

    protected override ImmutableArray<JobDraft> JobsOf(OrgState after, OrgEvent @event, Caller caller) =>
        @event switch
        {
            OrgCreated => [AuditJob.For(Name)],
            MemberErased e => [ErasureJob.For(e.UserId, Name, Operations.MemberErase)],
            _ => [],
        };

    public Task<Result<Done>> CreateAsync(
        Caller caller,
        string administrator,
        CancellationToken cancellationToken = default
    ) =>
        ChangeMemberAsync(
            new(caller, Operations.OrgCreate),
            administrator,
            (s, c) => OrgMembers.Create(s, Name, administrator, c),
            (user, _) => UserDecisions.Join(user, Name),
            cancellationToken
        );

    public Task<Result<Done>> AddMemberAsync(
        Caller caller,
        string userId,
        ImmutableArray<RoleGrant> roles,
        CancellationToken cancellationToken = default
    ) =>
        ChangeMemberAsync(
            new(caller, Operations.MemberAdd),
            userId,
            (s, c) => OrgMembers.Add(s, userId, roles, c),
            (user, _) => UserDecisions.Join(user, Name),
            cancellationToken
        );

    public Task<Result<Done>> SetMemberRolesAsync(
        Caller caller,
        string userId,
        ImmutableArray<RoleGrant> roles,
        ImmutableArray<RoleGrant>? from = null,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.MemberRolesSet),
            (s, c) => OrgMembers.SetRoles(s, userId, roles, c, from),
            cancellationToken
        );

    public Task<Result<Done>> RemoveMemberAsync(
        Caller caller,
        string userId,
        CancellationToken cancellationToken = default
    ) =>
        ChangeMemberAsync(
            new(caller, Operations.MemberRemove),
            userId,
            (s, _) => OrgMembers.Remove(s, userId),
            (user, _) => UserDecisions.Leave(user, Name),
            cancellationToken
        );

    public Task<Result<Done>> EraseMemberAsync(
        Caller caller,
        string userId,
        CancellationToken cancellationToken = default
    )
    {
        var scope = PersonScope.Of(userId, Name);

        // INVARIANT (S30): a legal hold wins, also one that comes while this is decided.
        ImmutableArray<ReadGuard> unheld = [];
        ImmutableArray<KeyErasure> addresses = [];
        return CommandAsync<Done>(
            new(caller, Operations.MemberErase)
            {
                Amend = append =>
                    append with
                    {
                        Guards = append.Guards.AddRange(unheld),
                        Erasures = [new(scope), .. addresses],
                    },
            },
            async (s, c) =>
            {
                var person = await people.FindAsync(userId, cancellationToken);
                addresses = await invites.ErasuresAsync(Name, person, cancellationToken);
                var known = !addresses.IsEmpty || await Services.Store.Personal.HasAsync(scope, cancellationToken);
                var decided = OrgMembers.Erase(s, userId, known, c);
                return
                    decided.Ok
                    && !(await logs.ErasableAsync([Name], cancellationToken)).TryGet(out unheld, out var held)
                    ? held
                    : decided;
            },
            cancellationToken
        );
    }

    public async Task<Result<ImmutableArray<OrgMember>>> ListMembersAsync(
        Caller caller,
        CancellationToken cancellationToken = default
    ) =>
        (await ReadAsync(caller, Operations.MemberList, cancellationToken)).Map(_ =>
            State.Members.Values.ToImmutableArray()
        );

    public async Task<Result<Done>> ResetMemberAsync(
        Caller caller,
        ResetMember command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);

        // SECURITY (S04, S15): with an operator's password comes an operator token, which nobody in an organization
        // holds.
        var (isOperator, guard) = await installation.IsOperatorAsync(command.UserId, cancellationToken);
        var scope = new CommandScope(caller, Operations.MemberReset)
        {
            Amend = append =>
                append with
                {
                    Guards = append.Guards.Add(guard),
                    Tickets = [new TicketWrite.RevokeAll(command.UserId, Kind: null)],
                },
        };
        return await ChangeMemberAsync(
            scope,
            command.UserId,
            (s, c) =>
                OrgMembers
                    .Reset(s, command.UserId, command.Password is not null, command.SecondFactor, c)
                    .Then(decision =>
                        isOperator ? Result.Fail<Decision<OrgEvent, Done>>(InstallationProblems.OperatorsOwn) : decision
                    ),
            (user, c) => UserDecisions.Reset(user, Name, command.Password, command.SecondFactor, c),
            cancellationToken
        );
    }

    public async Task<Result<OrgInfo>> GetAsync(Caller caller, CancellationToken cancellationToken = default) =>
        (await ReadAsync(caller, Operations.OrgGet, cancellationToken)).Map(_ => new OrgInfo(
            Name,
            State.Created,
            State.RequiresSecondFactor
        ));

    public Task<Result<Done>> RequireSecondFactorAsync(
        Caller caller,
        bool required,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.OrgUpdate),
            (s, c) => OrgSettings.RequireSecondFactor(s, required, c),
            cancellationToken
        );

    public Task<Result<Done>> SetQuotasAsync(
        Caller caller,
        OrgQuotas quotas,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.OrgQuotasSet),
            (s, _) => OrgOperating.SetQuotas(s, Name, quotas),
            cancellationToken
        );

    public Task<Result<Done>> SuspendAsync(
        Caller caller,
        string reason,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.OrgSuspend),
            (s, c) => OrgOperating.Suspend(s, Name, reason, c),
            cancellationToken
        );

    public Task<Result<Done>> ResumeAsync(Caller caller, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.OrgSuspend), (s, c) => OrgOperating.Resume(s, Name, c), cancellationToken);

    /// <summary>
    /// INVARIANT: a membership is in the organization's stream and in the person's, or in neither: one append writes
    /// both.
    /// </summary>
    private Task<Result<Done>> ChangeMemberAsync(
        CommandScope scope,
        string userId,
        Func<OrgState, DecideContext, Result<Decision<OrgEvent, Done>>> decide,
        Func<UserState, DecideContext, Result<Decision<UserEvent, Done>>> decideForUser,
        CancellationToken cancellationToken
    )
    {
        var user = new PersonWrite(people, scope.Caller, scope.Operation);
        return CommandAsync<Done>(
            scope with
            {
                Amend = append => user.Amend(scope.Amend?.Invoke(append) ?? append),
            },
            async (state, context) =>
            {
                var decided = decide(state, context);
                return
                    decided.Ok
                    && await user.DecideAsync(userId, state => decideForUser(state, context), cancellationToken)
                        is { } problem
                    ? problem
                    : decided;
            },
            cancellationToken
        );
    }
}
