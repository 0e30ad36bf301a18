using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Storage.Tickets;

namespace Palisade.Web.Pages.Sessions;

/// <summary>
/// Finds sessions by the hash of their secret, as of now: what is revoked, expired or of a disabled person is gone.
/// </summary>
internal sealed class PageSessions(ITickets tickets, People people, TimeProvider time)
{
    public async ValueTask<PageSession?> FindAsync(string? hash, CancellationToken cancellationToken)
    {
        if (
            hash is null
            || await tickets.FindAsync(hash, cancellationToken)
                is not { Kind: CredentialKinds.Session, Revoked: null } ticket
            || ticket.Expires <= time.GetUtcNow()
            || await people.FindAsync(ticket.Subject, cancellationToken) is not { State.Disabled: null } person
        )
        {
            return null;
        }

        var principal = new Principal(PrincipalKind.User, person.State.Id, person.Name);
        return new PageSession(hash, ticket.Id, principal, person.State.Orgs, person.State.MustChangePassword)
        {
            HasSecondFactor = person.State.SecondFactor is not null,
            SecondFactorAt = TicketProof.Of(ticket, person.State.SecondFactor?.Since),
        };
    }
}
