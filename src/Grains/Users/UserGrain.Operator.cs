using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Users;

/// <summary>What operators do to an account.</summary>
public sealed partial class UserGrain
{
    public Task<Result<Done>> DisableAsync(Caller caller, string reason, CancellationToken cancellationToken = default)
    {
        // INVARIANT: an operator's account is not disabled (see IInstallationGrain), so that the last operator can
        // always sign in.
        ReadGuard? guard = null;
        var scope = new CommandScope(caller, Operations.UserDisable)
        {
            Amend = append =>
                append with
                {
                    Guards = append.Guards.Add(guard!),
                    Tickets = [new TicketWrite.RevokeAll(UserId, null)],
                },
        };
        return CommandAsync<Done>(
            scope,
            async (state, context) =>
            {
                (var isOperator, guard) = await installation.IsOperatorAsync(UserId, cancellationToken);
                return isOperator ? InstallationProblems.IsOperator : UserDecisions.Disable(state, reason, context);
            },
            cancellationToken
        );
    }

    public Task<Result<Done>> EnableAsync(Caller caller, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.UserDisable), UserDecisions.Enable, cancellationToken);

    public Task<Result<Done>> EraseAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        ReadGuard? guard = null;
        ImmutableArray<ReadGuard> unheld = [];
        StreamWrite? release = null;
        ImmutableArray<(string Org, KeyErasure Address)> invited = [];
        var scope = new CommandScope(caller, Operations.UserErase)
        {
            Amend = append =>
                append with
                {
                    Guards = append.Guards.Add(guard!).AddRange(unheld),
                    Writes = release is null ? append.Writes : append.Writes.Add(release),
                    Tickets = [new TicketWrite.DeleteAll(UserId)],
                    Erasures = [new(PersonScope.Of(UserId), Whole: true), .. invited.Select(invite => invite.Address)],
                },
        };
        return CommandAsync<Done>(
            scope,
            async (state, context) =>
            {
                (var isOperator, guard) = await installation.IsOperatorAsync(UserId, cancellationToken);
                release = await ReleaseAsync(caller, state, cancellationToken);
                var decided = UserDecisions.Erase(state, context);
                if (isOperator || !decided.Ok || decided.Value.Events.IsEmpty)
                {
                    return isOperator ? InstallationProblems.IsOperator : decided;
                }

                // INVARIANT (S30): a legal hold wins, also one that comes while this is decided.
                var said = await Services.Store.Personal.LogsAsync(UserId, cancellationToken);
                invited = await InvitedAsync(cancellationToken);
                var orgs = said.Union(invited.Select(invite => invite.Org));
                return (await logs.ErasableAsync(orgs, cancellationToken)).TryGet(out unheld, out var held)
                    ? decided
                    : held;
            },
            cancellationToken
        );
    }

    /// <summary>The keys of the account's address in invites, with whose they are.</summary>
    private async Task<ImmutableArray<(string Org, KeyErasure Address)>> InvitedAsync(
        CancellationToken cancellationToken
    )
    {
        var person = await people.FindAsync(UserId, cancellationToken);
        var found = ImmutableArray.CreateBuilder<(string, KeyErasure)>();
        await foreach (var org in Services.Store.Views.AllAsync(new("", ViewKinds.Org, ""), cancellationToken))
        {
            var there = await invites.ErasuresAsync(org.Key, person, cancellationToken);
            found.AddRange(there.Select(address => (org.Key, address)));
        }

        return found.ToImmutable();
    }

    /// <summary>Gives the address free, by which the account can't be found again either.</summary>
    private async Task<StreamWrite?> ReleaseAsync(Caller caller, UserState state, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryParse((await people.OpenAsync(state, cancellationToken)).Email, out var address))
        {
            return null;
        }

        var hash = await people.EmailHashAsync(address, cancellationToken);
        var (owner, head) = await people.ClaimAsync(hash, cancellationToken);
        return owner == UserId
            ? new StreamWrite(
                StreamId.Email(hash),
                head,
                [UserEntries.OfClaim(caller, Operations.UserErase, owner, new EmailReleased(UserId))]
            )
            : null;
    }
}
