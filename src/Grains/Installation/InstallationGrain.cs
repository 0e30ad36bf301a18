using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Apps;
using Palisade.Grains.Journaling;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Installation;

/// <inheritdoc cref="IInstallationGrain"/>
public sealed partial class InstallationGrain(
    GrainServices services,
    People people,
    PasswordWork passwords,
    PasswordAttempts attempts
) : JournaledGrain<InstallationState, InstallationEvent>(services), IInstallationGrain
{
    protected override InstallationState Empty => new();

    protected override StreamId Stream => StreamId.InstallationFacts;

    protected override string Org => "";

    protected override Resource Resource => Resource.Org;

    protected override InstallationState Apply(InstallationState state, InstallationEvent @event) =>
        InstallationState.Apply(state, @event);

    protected override ChangeSet ChangesOf(
        InstallationState before,
        InstallationEvent @event,
        InstallationState after
    ) => InstallationChanges.Of(before, after);

    protected override ImmutableArray<ViewChange> Project(InstallationState after, InstallationEvent @event) => [];

    protected override ImmutableArray<JobDraft> JobsOf(
        InstallationState after,
        InstallationEvent @event,
        Caller caller
    ) =>
        @event switch
        {
            BackupRequested e => [Job(Operations.BackupCreate, e.BackupId, caller)],
            BackupDeleted e => [Job(Operations.BackupDelete, e.BackupId, caller)],
            _ => [],
        };

    public async Task<Result<InstallationState>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        var allowed = await ReadAsync(caller, Operations.InstallationRead, cancellationToken);
        return allowed.Ok ? State : Result.Fail<InstallationState>(allowed.Problem);
    }

    public Task<Result<Done>> AddOperatorAsync(
        Caller caller,
        string userId,
        CancellationToken cancellationToken = default
    )
    {
        // INVARIANT: an operator's account exists and is not disabled; disabling looks at the operators in the same
        // way.
        var guard = default(ReadGuard);
        return CommandAsync<Done>(
            new(caller, Operations.OperatorAdd)
            {
                Amend = append => guard is null ? append : append with { Guards = append.Guards.Add(guard) },
            },
            async (state, context) =>
            {
                var person = await people.FindAsync(userId, cancellationToken);
                guard = person is null ? null : new ReadGuard(StreamId.User(userId), person.Head);
                return InstallationOperators.Add(state, person?.State ?? new UserState(), context);
            },
            cancellationToken
        );
    }

    public Task<Result<Done>> RemoveOperatorAsync(
        Caller caller,
        string userId,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.OperatorRemove)
            {
                Amend = append =>
                    append with
                    {
                        Tickets = [new TicketWrite.RevokeAll(userId, CredentialKinds.Operator)],
                    },
            },
            (s, _) => InstallationOperators.Remove(s, userId),
            cancellationToken
        );

    public Task<Result<Done>> AllowNetworksAsync(
        Caller caller,
        ImmutableArray<string> networks,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.InstallationUpdate),
            (s, _) => InstallationOperators.AllowNetworks(s, networks),
            cancellationToken
        );

    public Task<Result<string>> RequestBackupAsync(Caller caller, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.BackupCreate), InstallationBackups.Request, cancellationToken);

    public Task<Result<Done>> DeleteBackupAsync(
        Caller caller,
        string backupId,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.BackupDelete),
            (s, _) => InstallationBackups.Delete(s, backupId),
            cancellationToken
        );

    public Task<Result<Done>> ReportBackupAsync(
        Caller caller,
        JobToken job,
        string backupId,
        long bytes,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.JobRun, job),
            (s, c) => InstallationBackups.Written(s, backupId, bytes, c),
            cancellationToken
        );

    public Task<Result<Done>> ReportBackupFailedAsync(
        Caller caller,
        JobToken job,
        string backupId,
        string reason,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.JobRun, job),
            (s, c) => InstallationBackups.Failed(s, backupId, reason, c),
            cancellationToken
        );

    /// <summary>On this machine, whose data folder the backups are in.</summary>
    private JobDraft Job(Operation operation, string backupId, Caller caller) =>
        new()
        {
            Id = $"{operation.Name}-{backupId}",
            Kind = BackupJob.Kind,
            Org = Org,
            Stream = Stream.Value,
            Operation = operation.Name,
            Resource = "",
            Caller = caller,
            Payload = backupId,
            Capability = Services.Node.HostCapability,
        };
}
