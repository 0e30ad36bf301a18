using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Storage.Tickets;

namespace Palisade.Web.Auth;

/// <inheritdoc cref="IDirectory"/>
internal sealed class UserDirectory(People people) : IDirectory
{
    public async ValueTask<Identity?> FindAsync(Ticket ticket, CancellationToken cancellationToken) =>
        ticket.Kind == TicketKinds.CliToken && await people.FindAsync(ticket.Subject, cancellationToken) is { State.Disabled: null } person
            ? new Identity(new Principal(PrincipalKind.User, person.State.Id, person.Name), person.State.Orgs)
            : null;
}
