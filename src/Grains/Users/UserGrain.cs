using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Grains.Audit;
using Palisade.Grains.Installation;
using Palisade.Grains.Journaling;
using Palisade.Grains.Orgs;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Users;

/// <inheritdoc cref="IUserGrain"/>
public sealed partial class UserGrain(
    GrainServices services,
    People people,
    PasswordWork passwords,
    PasswordAttempts attempts,
    InstallationFacts installation,
    AuditFacts logs,
    InviteTokens invites
) : JournaledGrain<UserState, UserEvent>(services), IUserGrain
{
    private string UserId => this.GetPrimaryKeyString();

    protected override UserState Empty => new();

    protected override StreamId Stream => StreamId.User(UserId);

    protected override string Org => "";

    protected override Resource Resource => Resource.Org;

    protected override int SnapshotVersion => 3;

    protected override UserState Apply(UserState state, UserEvent @event) => UserState.Apply(state, @event);

    protected override ChangeSet ChangesOf(UserState before, UserEvent @event, UserState after) =>
        UserChanges.Of(before, @event, after);

    protected override ImmutableArray<ViewChange> Project(UserState after, UserEvent @event) =>
        UserRow.Project(after, @event);

    protected override ImmutableArray<JobDraft> JobsOf(UserState after, UserEvent @event, Caller caller) =>
        @event is UserErased ? [ErasureJob.For(UserId, null, Operations.UserErase)] : [];

    public async Task<Result<Done>> RegisterAsync(
        Caller caller,
        RegisterUser command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        // Before anything costly is done for whoever asks.
        var allowed = await AuthorizeAsync(caller, Operations.UserRegister, cancellationToken);
        if (!allowed.Ok)
        {
            return allowed;
        }

        var prepared = await NewAccount.PrepareAsync(people, passwords, UserId, command, [], cancellationToken);
        if (!prepared.TryGet(out var account, out var problem))
        {
            return await FailedAsync<Done>(caller, Operations.UserRegister, problem, cancellationToken);
        }

        var claim = await NewAccount.ClaimAsync(
            people,
            account.EmailHash,
            UserId,
            caller,
            Operations.UserRegister,
            cancellationToken
        );
        var scope = new CommandScope(caller, Operations.UserRegister)
        {
            Authorize = false,
            Amend = append => append with { Writes = append.Writes.Add(claim) },
            Taken = NewAccount.Taken,
        };
        return await CommandAsync(
            scope,
            (s, context) => UserDecisions.Register(s, UserId, account.Registration, context),
            cancellationToken
        );
    }

    public async Task<Result<UserInfo>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (await RefusedAsync(caller, Operations.AccountGet, cancellationToken) is { } refused)
        {
            return refused;
        }

        await RefreshAsync(cancellationToken);
        if (UserDecisions.Missing(State) is { } missing)
        {
            return missing;
        }

        var (email, name) = await people.OpenAsync(State, cancellationToken);
        return new UserInfo
        {
            Id = UserId,
            Email = email,
            Name = name,
            MustChangePassword = State.MustChangePassword,
            SecondFactorSince = State.SecondFactor?.Since,
            RecoveryCodesLeft = State.SecondFactor?.RecoveryCodes.Length ?? 0,
            Organizations = [.. State.Orgs],
        };
    }

    public async Task<Result<Done>> RenameAsync(
        Caller caller,
        string name,
        CancellationToken cancellationToken = default
    )
    {
        if ((await RefusedAsync(caller, Operations.AccountUpdate, cancellationToken)) is { } refused)
        {
            return Result.Fail<Done>(refused);
        }

        if (UserDecisions.CheckName(name) is { } invalid)
        {
            return await FailedAsync<Done>(caller, Operations.AccountUpdate, invalid, cancellationToken);
        }

        var box = await people.SealNameAsync(UserId, name, cancellationToken);
        return await CommandAsync(
            new(caller, Operations.AccountUpdate) { Authorize = false },
            (s, _) => UserDecisions.Rename(s, box),
            cancellationToken
        );
    }

    public async Task<Result<Done>> ChangePasswordAsync(
        Caller caller,
        Sensitive<string> current,
        Sensitive<string> replacement,
        CancellationToken cancellationToken = default
    )
    {
        if (await RefusedAsync(caller, Operations.PasswordChange, cancellationToken) is { } refused)
        {
            return Result.Fail<Done>(refused);
        }

        await RefreshAsync(cancellationToken);
        var state = State;
        var own = await OwnWordsAsync(state, cancellationToken);
        var replaced = await HashCheckedAsync(
            () => UserDecisions.CheckPasswordChange(state, current, replacement, own),
            replacement,
            cancellationToken
        );
        if (!replaced.TryGet(out var hash, out var problem))
        {
            return await FailedAsync<Done>(caller, Operations.PasswordChange, problem, cancellationToken);
        }

        var scope = new CommandScope(caller, Operations.PasswordChange)
        {
            Authorize = false,
            // Whoever else is signed in with the old password is out. Tokens are credentials of their own: they are
            // listed, and revoked one by one.
            Amend = append =>
                append with
                {
                    Tickets =
                    [
                        new TicketWrite.RevokeAll(UserId, CredentialKinds.Session, caller.CredentialId),
                        new TicketWrite.RevokeAll(UserId, CredentialKinds.SignIn),
                        new TicketWrite.RevokeAll(UserId, CredentialKinds.Operator),
                    ],
                },
        };
        return await CommandAsync(
            scope,
            (s, context) =>
                s.Password == state.Password
                    ? UserDecisions.SetPassword(s, hash, context)
                    : new Conflict("password.moved", "the password was changed at the same moment")
                    {
                        Suggestion = "sign in again",
                    },
            cancellationToken
        );
    }

    public async Task<Result<Done>> StrengthenPasswordAsync(
        Caller caller,
        Sensitive<string> password,
        CancellationToken cancellationToken = default
    )
    {
        if (await RefusedAsync(caller, Operations.SignIn, cancellationToken) is { } refused)
        {
            return Result.Fail<Done>(refused);
        }

        await RefreshAsync(cancellationToken);
        var state = State;
        var strengthened = await HashCheckedAsync(
            () => UserDecisions.CheckPassword(state, password),
            password,
            cancellationToken
        );
        if (!strengthened.TryGet(out var hash, out var problem))
        {
            return await FailedAsync<Done>(caller, Operations.SignIn, problem, cancellationToken);
        }

        return await CommandAsync(
            new(caller, Operations.SignIn) { Authorize = false },
            (s, _) =>
                s.Password == state.Password
                    ? UserDecisions.Strengthen(s, hash)
                    : new Decision<UserEvent, Done>(default),
            cancellationToken
        );
    }

    /// <summary>Runs a check of the current password, a bounded number of times for one person.</summary>
    private async Task<Problem?> CheckOwnPasswordAsync(Func<Problem?> check, CancellationToken cancellationToken)
    {
        if (!(await attempts.OwnerAsync(UserId, cancellationToken)).TryGet(out var attempt, out var throttled))
        {
            return throttled;
        }

        var result = await passwords.RunAsync(check, cancellationToken);
        var problem = result.Ok ? result.Value : result.Problem;
        if (problem is not Forbidden)
        {
            await attempt.SucceededAsync();
        }

        return problem;
    }

    private async Task<Result<PasswordHash>> HashCheckedAsync(
        Func<Problem?> check,
        Sensitive<string> password,
        CancellationToken cancellationToken
    ) =>
        await CheckOwnPasswordAsync(check, cancellationToken) is { } problem
            ? Result.Fail<PasswordHash>(problem)
            : await passwords.HashAsync(password, cancellationToken);

    private async ValueTask<string[]> OwnWordsAsync(UserState state, CancellationToken cancellationToken)
    {
        if (!state.Exists)
        {
            return [];
        }

        var (email, name) = await people.OpenAsync(state, cancellationToken);
        return [email, name, .. state.Orgs];
    }

    private async Task<Result<T>> FailedAsync<T>(
        Caller caller,
        Operation operation,
        Problem problem,
        CancellationToken cancellationToken
    )
    {
        await Services.Recorder.RecordAsync(caller, operation, Resource, Outcome.Failed(problem), cancellationToken);
        return Result.Fail<T>(problem);
    }

    private async Task<Problem?> RefusedAsync(Caller caller, Operation operation, CancellationToken cancellationToken)
    {
        if (OwnAccess.IsAllowed(caller, operation, UserId))
        {
            return (await AuthorizeAsync(caller, operation, cancellationToken)).Problem;
        }

        var refusal = AccessRecords.Refusal(operation, Services.Ids.Hex(AccessRecords.DecisionIdBytes));
        await Services.Recorder.RecordAsync(
            caller,
            operation,
            Resource,
            new Outcome(EntryResult.Denied, $"{refusal.Code}: {refusal.Message}"),
            cancellationToken
        );
        return refusal;
    }
}
