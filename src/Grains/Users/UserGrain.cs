using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Users;

/// <inheritdoc cref="IUserGrain"/>
public sealed class UserGrain(GrainServices services, People people, PasswordWork passwords) : JournaledGrain<UserState, UserEvent>(services), IUserGrain
{
    /// <summary>Longest life of a credential.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(90);

    private string UserId => this.GetPrimaryKeyString();

    protected override UserState Empty => new();

    protected override StreamId Stream => StreamId.User(UserId);

    protected override string Org => "";

    protected override Resource Resource => Resource.Org;

    protected override UserState Apply(UserState state, UserEvent @event) => UserState.Apply(state, @event);

    protected override ImmutableArray<ViewChange> Project(UserState after, UserEvent @event) => [];

    public async Task<Result<Done>> RegisterAsync(Caller caller, RegisterUser command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        // Before anything costly is done for whoever asks.
        var allowed = await AuthorizeAsync(caller, Operations.UserRegister, cancellationToken);
        if (!allowed.Ok)
        {
            return allowed;
        }

        var check = UserDecisions.CheckRegistration(command.Email, command.Name, command.Password);
        if (!check.TryGet(out var email, out var problem))
        {
            await Services.Recorder.RecordAsync(caller, Operations.UserRegister, Resource, Outcome.Failed(problem), cancellationToken);
            return Result.Fail<Done>(problem);
        }

        var hash = await passwords.HashAsync(command.Password, cancellationToken);
        var (sealedEmail, sealedName) = await people.SealAsync(UserId, email.Value, command.Name, cancellationToken);
        var claim = StreamId.Email(await people.EmailHashAsync(email, cancellationToken));
        var scope = new CommandScope(caller, Operations.UserRegister)
        {
            Authorize = false,
            Amend = append => append with { Writes = append.Writes.Add(new StreamWrite(claim, 0, [Entry(caller, Operations.UserRegister, new EmailClaimed(UserId))])) },
            Taken = new Conflict("user.email_taken", "this address has an account already"),
        };
        return await CommandAsync(
            scope,
            (s, context) => UserDecisions.Register(s, UserId, new Registration(sealedEmail, sealedName, hash, command.MustChangePassword), context),
            cancellationToken);
    }

    public async Task<Result<UserInfo>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (await RefusedAsync(caller, Operations.AccountGet, cancellationToken) is { } refused)
        {
            return refused;
        }

        await RefreshAsync(cancellationToken);
        if (!State.Exists)
        {
            return new NotFound("user.not_found", "no such account");
        }

        var (email, name) = await people.OpenAsync(State, cancellationToken);
        return new UserInfo(UserId, email, name, State.MustChangePassword);
    }

    public async Task<Result<Done>> ChangePasswordAsync(
        Caller caller, Sensitive<string> current, Sensitive<string> replacement, CancellationToken cancellationToken = default)
    {
        if (await RefusedAsync(caller, Operations.PasswordChange, cancellationToken) is { } refused)
        {
            return refused;
        }

        await RefreshAsync(cancellationToken);
        var state = State;
        if (await passwords.RunAsync(() => UserDecisions.CheckPasswordChange(state, current, replacement), cancellationToken) is { } problem)
        {
            await Services.Recorder.RecordAsync(caller, Operations.PasswordChange, Resource, Outcome.Failed(problem), cancellationToken);
            return Result.Fail<Done>(problem);
        }

        var hash = await passwords.HashAsync(replacement, cancellationToken);
        var scope = new CommandScope(caller, Operations.PasswordChange)
        {
            Authorize = false,
            // Whoever is signed in with the old password is out. Tokens are credentials of their own: they are listed, and revoked one by one.
            Amend = append => append with { Tickets = [new TicketWrite.RevokeAll(UserId, "session")] },
        };
        return await CommandAsync(
            scope,
            (s, context) => s.Password == state.Password
                ? UserDecisions.SetPassword(s, hash, mustChange: false, context)
                : new Conflict("password.moved", "the password was changed at the same moment") { Suggestion = "sign in again" },
            cancellationToken);
    }

    public async Task<Result<IssuedCredential>> IssueCredentialAsync(Caller caller, IssueCredential command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var (operation, kind) = command.Kind switch
        {
            "cli" => (Operations.TokenCreate, TokenKind.Cli),
            "session" => (Operations.SignIn, TokenKind.Session),
            _ => throw new ArgumentException($"Unknown kind of credential {command.Kind}.", nameof(command)),
        };
        if (await RefusedAsync(caller, operation, cancellationToken) is { } refused)
        {
            return refused;
        }

        await RefreshAsync(cancellationToken);
        Problem? problem = !State.Exists ? new NotFound("user.not_found", "no such account")
            : State.Disabled is not null ? new Forbidden("user.disabled", "this account is disabled")
            : command.Lifetime <= TimeSpan.Zero || command.Lifetime > MaxLifetime
                ? new Invalid("token.lifetime_invalid", $"a credential lives at least a moment and at most {MaxLifetime.TotalDays} days")
            : null;
        if (problem is not null)
        {
            await Services.Recorder.RecordAsync(caller, operation, Resource, Outcome.Failed(problem), cancellationToken);
            return problem;
        }

        var secret = Tokens.Create(kind, RandomNumberGenerator.GetBytes(Tokens.RandomBytes));
        var now = Services.Time.GetUtcNow();
        var ticket = new Ticket
        {
            Hash = Tokens.Hash(secret),
            Kind = command.Kind,
            Id = Services.Ids.Hex(6),
            Subject = UserId,
            Name = Printable.Line(command.Name, 100),
            Created = now,
            Expires = now + command.Lifetime,
        };
        var append = new Append
        {
            Org = "",
            Writes = [new StreamWrite(StreamId.Installation(Services.Node.Id), null, [Entry(caller, operation, null, ("credential", ticket.Id), ("kind", ticket.Kind))])],

            // SECURITY: whoever is disabled, or changes the password and so revokes everything, at this very moment leaves no new credential behind.
            Guards = [new ReadGuard(Stream, Head)],
            Tickets = [new TicketWrite.Put(ticket)],
        };
        return await Services.Store.Journal.AppendAsync(append, CancellationToken.None) is Appended
            ? new IssuedCredential(ticket.Id, secret, ticket.Expires)
            : new Conflict("conflict.busy", "the credential was not issued") { Suggestion = "try again" };
    }

    public async Task<Result<Done>> RevokeCredentialAsync(Caller caller, string credentialId, CancellationToken cancellationToken = default)
    {
        if (await RefusedAsync(caller, Operations.TokenRevoke, cancellationToken) is { } refused)
        {
            return refused;
        }

        var tickets = await Services.Store.Tickets.ListAsync(UserId, cancellationToken: cancellationToken);
        if (tickets.FirstOrDefault(t => t.Id == credentialId) is not { } ticket)
        {
            var missing = new NotFound("token.not_found", "no such credential");
            await Services.Recorder.RecordAsync(caller, Operations.TokenRevoke, Resource, Outcome.Failed(missing), cancellationToken);
            return missing;
        }

        if (ticket.Revoked is not null)
        {
            return Result.Done;
        }

        var append = new Append
        {
            Org = "",
            Writes = [new StreamWrite(StreamId.Installation(Services.Node.Id), null, [Entry(caller, Operations.TokenRevoke, null, ("credential", ticket.Id))])],
            Tickets = [new TicketWrite.Put(ticket with { Revoked = Services.Time.GetUtcNow() })],
        };
        return await Services.Store.Journal.AppendAsync(append, CancellationToken.None) is Appended
            ? Result.Done
            : new Conflict("conflict.busy", "the credential was not revoked") { Suggestion = "try again" };
    }

    private async Task<Problem?> RefusedAsync(Caller caller, Operation operation, CancellationToken cancellationToken)
    {
        if (OwnAccess.IsAllowed(caller, operation, UserId))
        {
            return (await AuthorizeAsync(caller, operation, cancellationToken)).Problem;
        }

        var refusal = AccessRecords.Refusal(operation, Services.Ids.Hex(AccessRecords.DecisionIdBytes));
        await Services.Recorder.RecordAsync(
            caller, operation, Resource, new Outcome(EntryResult.Denied, $"{refusal.Code}: {refusal.Message}"), cancellationToken);
        return refusal;
    }

    private static EntryDraft Entry(Caller caller, Operation operation, IDomainEvent? @event, params (string Key, string Value)[] details) => new()
    {
        Caller = caller,
        Operation = operation.Name,
        ResourceType = operation.Type.ToString(),
        Resource = "",
        Event = @event,
        Details = details.ToImmutableSortedDictionary(d => d.Key, d => d.Value),
    };
}
