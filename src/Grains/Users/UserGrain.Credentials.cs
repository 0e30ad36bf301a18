using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Users;

/// <summary>
/// Sessions and CLI tokens: tickets of the person, each issued and ended in one append with its record.
/// </summary>
public sealed partial class UserGrain
{
    /// <summary>How long the second step of a sign-in may take.</summary>
    private static readonly TimeSpan SecondStepLasts = TimeSpan.FromMinutes(10);

    private static readonly Conflict Busy = new("conflict.busy", "your account is being changed at the same moment")
    {
        Suggestion = "try again",
    };

    public async Task<Result<IssuedCredential>> IssueCredentialAsync(
        Caller caller,
        IssueCredential command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        var operation = command.Kind switch
        {
            CredentialKinds.Cli => Operations.TokenCreate,
            CredentialKinds.Session => Operations.SignIn,
            _ => throw new ArgumentException($"Unknown kind of credential {command.Kind}.", nameof(command)),
        };
        return await IssueAsync(caller, operation, command, [], cancellationToken);
    }

    public Task<Result<IssuedCredential>> ResetTokensAsync(
        Caller caller,
        IssueCredential command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        return IssueAsync(
            caller,
            Operations.TokenReset,
            command with
            {
                Kind = CredentialKinds.Cli,
            },
            [new TicketWrite.RevokeAll(UserId, CredentialKinds.Cli)],
            cancellationToken
        );
    }

    public async Task<Result<ImmutableArray<CredentialInfo>>> ListCredentialsAsync(
        Caller caller,
        string kind,
        CancellationToken cancellationToken = default
    )
    {
        if (
            await RefusedAsync(caller, Of(kind, Operations.SessionList, Operations.TokenList), cancellationToken) is
            { } refused
        )
        {
            return refused;
        }

        return (await LiveAsync(kind, cancellationToken))
            .Select(ticket => new CredentialInfo
            {
                Id = ticket.Id,
                Name = ticket.Name,
                Created = ticket.Created,
                Expires = ticket.Expires,
                LastUsed = ticket.LastUsed,
                LastIp = ticket.LastIp,
                LastClient = ticket.LastClient,
                Networks = ticket.Cidrs,
                Current = ticket.Id == caller.CredentialId,
            })
            .ToImmutableArray();
    }

    public Task<Result<Done>> RenameCredentialAsync(
        Caller caller,
        string kind,
        string credentialId,
        string name,
        CancellationToken cancellationToken = default
    ) =>
        ChangeAsync(
            caller,
            Of(kind, Operations.SessionUpdate, Operations.TokenUpdate),
            kind,
            credentialId,
            CredentialRules.CheckName(name),
            ticket => ticket with { Name = name },
            cancellationToken
        );

    public Task<Result<Done>> RevokeCredentialAsync(
        Caller caller,
        string kind,
        string credentialId,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        var operation =
            kind == CredentialKinds.Session && credentialId == caller.CredentialId
                ? Operations.SignOut
                : Of(kind, Operations.SessionRevoke, Operations.TokenRevoke);
        return ChangeAsync(
            caller,
            operation,
            kind,
            credentialId,
            null,
            ticket => ticket with { Revoked = Services.Time.GetUtcNow() },
            cancellationToken
        );
    }

    public async Task<Result<Done>> RevokeOthersAsync(
        Caller caller,
        string kind,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        var operation = Of(kind, Operations.SessionRevoke, Operations.TokenRevoke);
        if (await RefusedAsync(caller, operation, cancellationToken) is { } refused)
        {
            return Result.Fail<Done>(refused);
        }

        await RefreshAsync(cancellationToken);
        return await WriteAsync(
            caller,
            operation,
            default(Done),
            [new TicketWrite.RevokeAll(UserId, kind, caller.CredentialId ?? "")],
            CredentialChanges.Of(kind, ended: "all others"),
            ("kind", kind),
            ("which", "others")
        );
    }

    private async Task<Result<IssuedCredential>> IssueAsync(
        Caller caller,
        Operation operation,
        IssueCredential command,
        ImmutableArray<TicketWrite> before,
        CancellationToken cancellationToken
    )
    {
        if (await RefusedAsync(caller, operation, cancellationToken) is { } refused)
        {
            return refused;
        }

        if (await DoneBeforeAsync<IssuedCredential>(caller, operation, cancellationToken) is { } done)
        {
            return done;
        }

        await RefreshAsync(cancellationToken);
        var problem =
            UserDecisions.Missing(State)
            ?? (State.Disabled is not null ? new Forbidden("user.disabled", "this account is disabled") : null)
            ?? CredentialRules.Check(command.Name, command.Lifetime, command.Networks)
            ?? await CheckCountAsync(command.Kind, before, cancellationToken);
        if (problem is not null)
        {
            return await FailedAsync<IssuedCredential>(caller, operation, problem, cancellationToken);
        }

        // SECURITY: whoever has a second factor is signed in by proving it, however the first step was done.
        var (ticket, issued) =
            command.Kind == CredentialKinds.Session && State.SecondFactor is not null
                ? NewTicket(CredentialKinds.SignIn, caller.SignIn, SecondStepLasts)
                : NewTicket(command.Kind, command.Name, command.Lifetime);
        ticket = ticket with { Cidrs = command.Networks };
        return await WriteAsync(
            caller,
            operation,
            issued,
            [.. before, new TicketWrite.Put(ticket)],
            CredentialChanges.Of(
                ticket.Kind,
                after: await people.FactsAsync(ticket, cancellationToken),
                ended: before.IsEmpty ? null : "all"
            ),
            ("credential", ticket.Id),
            ("kind", ticket.Kind)
        );
    }

    private async Task<Problem?> CheckCountAsync(
        string kind,
        ImmutableArray<TicketWrite> before,
        CancellationToken cancellationToken
    ) =>
        kind == CredentialKinds.Cli
        && before.IsEmpty
        && (await LiveAsync(kind, cancellationToken)).Count() >= CredentialRules.MaxTokens
            ? new Exhausted("token.too_many", $"at most {CredentialRules.MaxTokens} tokens are good at a time")
            {
                Suggestion = "revoke some first",
            }
            : null;

    private (Ticket Ticket, IssuedCredential Issued) NewTicket(string kind, string name, TimeSpan lifetime)
    {
        var secret = Tokens.Create(
            kind == CredentialKinds.Cli ? TokenKind.Cli : TokenKind.Session,
            RandomNumberGenerator.GetBytes(Tokens.RandomBytes)
        );
        var now = Services.Time.GetUtcNow();
        var ticket = new Ticket
        {
            Hash = Tokens.Hash(secret),
            Kind = kind,
            Id = Services.Ids.Hex(6),
            Subject = UserId,
            Name = name,
            Created = now,
            Expires = now + lifetime,
        };
        return (
            ticket,
            new IssuedCredential(ticket.Id, secret, ticket.Expires)
            {
                NeedsSecondFactor = kind == CredentialKinds.SignIn,
            }
        );
    }

    private async Task<IEnumerable<Ticket>> LiveAsync(string kind, CancellationToken cancellationToken)
    {
        var now = Services.Time.GetUtcNow();
        return (await Services.Store.Tickets.ListAsync(UserId, kind, cancellationToken)).Where(ticket =>
            ticket.Revoked is null && ticket.Expires > now
        );
    }

    private async Task<Result<Done>> ChangeAsync(
        Caller caller,
        Operation operation,
        string kind,
        string credentialId,
        Problem? invalid,
        Func<Ticket, Ticket> change,
        CancellationToken cancellationToken
    )
    {
        if (await RefusedAsync(caller, operation, cancellationToken) is { } refused)
        {
            return Result.Fail<Done>(refused);
        }

        if (await DoneBeforeAsync<Done>(caller, operation, cancellationToken) is { } done)
        {
            return done;
        }

        // What another node or grain has done to the account since, such as a membership, is no reason to refuse.
        await RefreshAsync(cancellationToken);
        var ticket = (await Services.Store.Tickets.ListAsync(UserId, kind, cancellationToken)).FirstOrDefault(t =>
            t.Id == credentialId
        );
        var problem = invalid ?? (ticket is null ? new NotFound("token.not_found", "no such credential") : null);
        if (problem is not null)
        {
            return await FailedAsync<Done>(caller, operation, problem, cancellationToken);
        }

        if (ticket!.Revoked is not null)
        {
            // What is revoked stays as it is.
            return Result.Done;
        }

        var (before, after) = (await people.FactsAsync(ticket, cancellationToken), change(ticket));
        return await WriteAsync(
            caller,
            operation,
            default(Done),
            [new TicketWrite.Put(after)],
            CredentialChanges.Of(
                kind,
                before,
                after.Revoked is null
                    ? before with
                    {
                        Name = await people.SealNameAsync(after, cancellationToken),
                    }
                    : null
            ),
            ("credential", ticket.Id),
            ("kind", kind)
        );
    }

    private async Task<Result<TAnswer>> WriteAsync<TAnswer>(
        Caller caller,
        Operation operation,
        TAnswer answer,
        ImmutableArray<TicketWrite> tickets,
        ChangeSet changes,
        params (string Key, string Value)[] details
    )
    {
        var append = new Append
        {
            Org = "",
            Writes =
            [
                new StreamWrite(
                    StreamId.Installation(Services.Node.Id),
                    null,
                    [UserEntries.Of(caller, operation, null, details) with { Changes = changes }]
                ),
                .. IsSignedIn(operation, tickets) ? SignInCopies.Of(caller, State.Orgs, Services.Node, details) : [],
            ],

            // SECURITY: whoever is disabled, or changes the password and so revokes everything, at this very moment
            // leaves no new credential behind.
            Guards = [new ReadGuard(Stream, Head)],
            Tickets = tickets,
            Idempotency = IdempotencyOf(caller, operation, answer),
        };
        return await Services.Store.Journal.AppendAsync(append, CancellationToken.None) switch
        {
            Appended => answer,
            AlreadyDone done => AnswerOf<TAnswer>(done, caller),
            _ => Busy,
        };
    }

    // With a second step still to come it is no sign-in yet.
    private static bool IsSignedIn(Operation operation, ImmutableArray<TicketWrite> tickets) =>
        operation == Operations.SignIn
        && tickets.Any(write => write is TicketWrite.Put { Ticket.Kind: CredentialKinds.Session });

    private static Operation Of(string kind, Operation session, Operation token) =>
        kind switch
        {
            CredentialKinds.Session => session,
            CredentialKinds.Cli => token,
            _ => throw new ArgumentException($"Unknown kind of credential {kind}.", nameof(kind)),
        };
}
