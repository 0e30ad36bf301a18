using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit.Sinks;
using Palisade.Grains.Journaling;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit;

/// <inheritdoc cref="IAuditGrain"/>
public sealed partial class AuditGrain(GrainServices services, SigningKeys keys, SinkSecrets secrets)
    : JournaledGrain<AuditState, AuditEvent>(services),
        IAuditGrain
{
    private string Key => this.GetPrimaryKeyString();

    private bool IsInstallation => Key == LogName.Installation;

    protected override AuditState Empty => new();

    protected override StreamId Stream => StreamId.Audit(Key);

    protected override string Org => IsInstallation ? "" : Key;

    protected override Resource Resource => Resource.Org;

    protected override int SnapshotVersion => 2;

    protected override AuditState Apply(AuditState state, AuditEvent @event) => AuditState.Apply(state, @event);

    protected override ChangeSet ChangesOf(AuditState before, AuditEvent @event, AuditState after) =>
        AuditChanges.Of(before, after);

    protected override ImmutableArray<ViewChange> Project(AuditState after, AuditEvent @event) => [];

    public async Task<Result<AuditState>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        var allowed = await ReadAsync(
            caller,
            Here(Operations.AuditRead, Operations.InstallationRead),
            cancellationToken
        );
        return allowed.Ok ? State : Result.Fail<AuditState>(allowed.Problem);
    }

    public async Task<Result<Done>> EnsureKeyAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        var allowed = await ReadAsync(caller, Operations.SystemMaintain, cancellationToken);
        if (!allowed.Ok || !State.Keys.IsEmpty)
        {
            return allowed;
        }

        using var signer = await keys.CreateAsync(Org, cancellationToken);
        return await CommandAsync(
            new(caller, Operations.SystemMaintain) { Authorize = false },
            (state, context) => SigningDecisions.Begin(state, signer.Key, context),
            cancellationToken
        );
    }

    public async Task<Result<string>> RotateKeyAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        var operation = Here(Operations.SigningRotate, Operations.InstallationUpdate);
        var allowed = await AuthorizeAsync(caller, operation, cancellationToken);
        if (!allowed.Ok)
        {
            return Result.Fail<string>(allowed.Problem);
        }

        using var signer = await keys.CreateAsync(Org, cancellationToken);
        return await CommandAsync<string>(
            new(caller, operation) { Authorize = false },
            async (state, context) =>
                SigningDecisions.Rotate(
                    state,
                    signer.Key,
                    await SuccessionAsync(state, signer, cancellationToken),
                    context
                ),
            cancellationToken
        );
    }

    public Task<Result<Done>> SetRetentionAsync(
        Caller caller,
        int? days,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Here(Operations.AuditSettings, Operations.InstallationUpdate)),
            (state, context) => RetentionDecisions.Set(state, days, context),
            cancellationToken
        );

    public Task<Result<Done>> SetHoldAsync(
        Caller caller,
        string reason,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Here(Operations.AuditHold, Operations.InstallationUpdate)),
            (state, context) => RetentionDecisions.Hold(state, reason, context),
            cancellationToken
        );

    public Task<Result<Done>> LiftHoldAsync(Caller caller, CancellationToken cancellationToken = default) =>
        CommandAsync(
            new(caller, Here(Operations.AuditHold, Operations.InstallationUpdate)),
            RetentionDecisions.Lift,
            cancellationToken
        );

    private async Task<SignedNote?> SuccessionAsync(
        AuditState state,
        NoteSigner next,
        CancellationToken cancellationToken
    )
    {
        if (state.Keys.IsEmpty)
        {
            return null;
        }

        using var before = await keys.OpenAsync(Org, state.Keys[^1].Public, cancellationToken);
        var text = KeyHistory.SuccessionText(before.Key, next.Key);
        return new(text, [before.Sign(text), next.Sign(text)]);
    }

    private Operation Here(Operation ofOrganization, Operation ofInstallation) =>
        IsInstallation ? ofInstallation : ofOrganization;
}
