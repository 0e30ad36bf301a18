using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Installation;

/// <summary>Operator tokens.</summary>
public sealed partial class InstallationGrain
{
    public async Task<Result<IssuedCredential>> IssueTokenAsync(
        Caller caller,
        IssueOperatorToken command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        var allowed = await ReadAsync(caller, Operations.OperatorTokenCreate, cancellationToken);
        if (!allowed.Ok)
        {
            return Result.Fail<IssuedCredential>(allowed.Problem);
        }

        if (
            await DoneBeforeAsync<IssuedCredential>(caller, Operations.OperatorTokenCreate, cancellationToken) is
            { } before
        )
        {
            return before;
        }

        var user = caller.Principal.Id;
        var person = await people.FindAsync(user, cancellationToken);
        if (await CheckAsync(person?.State, command, cancellationToken) is { } problem)
        {
            await Services.Recorder.RecordAsync(
                caller,
                Operations.OperatorTokenCreate,
                Resource,
                Outcome.Failed(problem),
                cancellationToken
            );
            return Result.Fail<IssuedCredential>(problem);
        }

        var secret = Tokens.Create(TokenKind.Operator, RandomNumberGenerator.GetBytes(Tokens.RandomBytes));
        var now = Services.Time.GetUtcNow();
        var ticket = new Ticket
        {
            Hash = Tokens.Hash(secret),
            Kind = CredentialKinds.Operator,
            Id = Services.Ids.Hex(6),
            Subject = user,
            Name = Printable.Line(command.Name, 100),
            Created = now,
            Expires = now + command.Lifetime,
        };

        // SECURITY: whoever is removed as operator, disabled, or changes the password at this very moment leaves no new
        // credential behind.
        var issued = new IssuedCredential(ticket.Id, secret, ticket.Expires);
        var append = AppendOf(
            caller,
            Operations.OperatorTokenCreate,
            new TicketWrite.Put(ticket),
            CredentialChanges.Of(ticket.Kind, after: await people.FactsAsync(ticket, cancellationToken)),
            ("credential", ticket.Id)
        ) with
        {
            Guards = [new(Stream, Head), new(StreamId.User(user), person!.Head)],
            Idempotency = IdempotencyOf(caller, Operations.OperatorTokenCreate, issued),
        };
        return await Services.Store.Journal.AppendAsync(append, CancellationToken.None) is Appended
            ? issued
            : new Conflict("conflict.busy", "the token was not issued") { Suggestion = "try again" };
    }

    public async Task<Result<Done>> RevokeTokensAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        var allowed = await AuthorizeAsync(caller, Operations.OperatorTokenRevoke, cancellationToken);
        return !allowed.Ok ? allowed
            : await Services.Store.Journal.AppendAsync(
                AppendOf(
                    caller,
                    Operations.OperatorTokenRevoke,
                    new TicketWrite.RevokeAll(caller.Principal.Id, CredentialKinds.Operator),
                    CredentialChanges.Of(CredentialKinds.Operator, ended: "all")
                ),
                CancellationToken.None
            ) is Appended
                ? Result.Done
            : new Conflict("conflict.busy", "the tokens were not revoked") { Suggestion = "try again" };
    }

    private async Task<Problem?> CheckAsync(
        UserState? user,
        IssueOperatorToken command,
        CancellationToken cancellationToken
    )
    {
        if (user is null || !State.IsOperator(user.Id))
        {
            return InstallationProblems.NotYourself;
        }

        if (command.Lifetime <= TimeSpan.Zero || command.Lifetime > IssueOperatorToken.MaxLifetime)
        {
            return new Invalid(
                "token.lifetime_invalid",
                $"an operator token lives at most {IssueOperatorToken.MaxLifetime.TotalDays} days"
            );
        }

        if (!(await attempts.OwnerAsync(user.Id, cancellationToken)).TryGet(out var attempt, out var throttled))
        {
            return throttled;
        }

        var check = await passwords.RunAsync(
            () => UserDecisions.CheckPassword(user, command.Password),
            cancellationToken
        );
        if ((check.Ok ? check.Value : check.Problem) is { } problem)
        {
            return problem;
        }

        await attempt.SucceededAsync();
        return user.MustChangePassword ? FirstPassword.Refusal() : null;
    }

    private Append AppendOf(
        Caller caller,
        Operation operation,
        TicketWrite ticket,
        ChangeSet changes,
        params ReadOnlySpan<(string Key, string Value)> details
    )
    {
        var entry = new EntryDraft
        {
            Caller = caller,
            Operation = operation.Name,
            ResourceType = operation.Type.ToString(),
            Resource = "",
            Changes = changes,
            Details = details.ToArray().ToImmutableSortedDictionary(d => d.Key, d => d.Value),
        };
        return new Append
        {
            Org = "",
            Writes = [new(StreamId.Installation(Services.Node.Id), null, [entry])],
            Tickets = [ticket],
        };
    }
}
