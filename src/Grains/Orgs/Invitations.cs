using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Orgs;

/// <param name="Email">For an open invite; else the address is the invite's, and this is not looked at.</param>
public sealed record RegisterInvited(Sensitive<string> Token, string? Email, string Name, Sensitive<string> Password);

/// <summary>What the holder of an invite's token can do. The token says which organization to ask.</summary>
public sealed class Invitations(
    InviteTokens tokens,
    People people,
    PasswordWork passwords,
    PasswordAttempts attempts,
    IRecorder recorder,
    IIdSource ids,
    IGrainFactory grains
)
{
    private const int UserIdBytes = 6;

    public async Task<Result<InviteOffer>> ShowAsync(
        Caller caller,
        Sensitive<string> token,
        CancellationToken cancellationToken = default
    ) =>
        (await FindAsync(caller, token, cancellationToken)).TryGet(out var ticket, out var problem)
            ? await Org(ticket).ShowInviteAsync(token, cancellationToken)
            : Result.Fail<InviteOffer>(problem);

    /// <summary>Who is signed in joins; the answer is the organization.</summary>
    public async Task<Result<string>> AcceptAsync(
        Caller caller,
        Sensitive<string> token,
        CancellationToken cancellationToken = default
    ) =>
        (await FindAsync(caller, token, cancellationToken)).TryGet(out var ticket, out var problem)
            ? (await Org(ticket).AcceptInviteAsync(caller, token, cancellationToken)).Map(_ => ticket.Org!)
            : Result.Fail<string>(problem);

    /// <summary>
    /// Who has no account gets one and joins; the answer is the account. Problems: also those of a registration,
    /// <c>signin.throttled</c>.
    /// </summary>
    public async Task<Result<Person>> RegisterAsync(
        Caller caller,
        RegisterInvited command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(command);
        if (
            !(await FindAsync(caller, command.Token, cancellationToken)).TryGet(out var ticket, out var problem)
            || !(await attempts.SignInAsync($"invite {ticket.Id}", caller.Ip, browser: null, cancellationToken)).TryGet(
                out var attempt,
                out problem
            )
        )
        {
            return Result.Fail<Person>(problem);
        }

        var userId = $"u{ids.Hex(UserIdBytes)}";
        var email = (await tokens.EmailOfAsync(ticket, cancellationToken))?.Value ?? command.Email ?? "";

        // Hashed here and not on the organization's turn, which everybody else waits for.
        var prepared = await NewAccount.PrepareAsync(
            people,
            passwords,
            userId,
            new RegisterUser(email, command.Name, command.Password, MustChangePassword: false),
            [ticket.Org!],
            cancellationToken
        );
        if (!prepared.TryGet(out var account, out problem))
        {
            return Result.Fail<Person>(problem);
        }

        var done = await Org(ticket)
            .RegisterInvitedAsync(caller, command.Token, account.Invited(userId, command.Name), cancellationToken);
        if (!done.Ok)
        {
            return Result.Fail<Person>(done.Problem);
        }

        await attempt.SucceededAsync();
        return (await people.FindAsync(userId, cancellationToken))!;
    }

    /// <summary>S32: guesses are recorded as refusals, of which a flood folds into one.</summary>
    private async Task<Result<Ticket>> FindAsync(
        Caller caller,
        Sensitive<string> token,
        CancellationToken cancellationToken
    )
    {
        var found = await tokens.FindAsync(token, cancellationToken);
        if (!found.Ok)
        {
            await recorder.RecordAsync(
                caller,
                Operations.InviteAccept,
                Resource.Org,
                new Outcome(EntryResult.Denied, $"{found.Problem.Code}: {found.Problem.Message}"),
                cancellationToken
            );
        }

        return found;
    }

    private IOrgGrain Org(Ticket ticket) => grains.GetGrain<IOrgGrain>(ticket.Org!);
}
