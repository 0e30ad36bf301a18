using Palisade.Domain.Kernel;
using Palisade.Grains.Installation;
using Palisade.Grains.Keys;
using Palisade.Grains.Users;
using Palisade.Storage.Tickets;

namespace Palisade.Web.Auth;

/// <inheritdoc cref="IDirectory"/>
internal sealed class PrincipalDirectory(
    People people,
    DeployKeys keys,
    InstallationFacts installation,
    TimeProvider time
) : IDirectory
{
    public ValueTask<Identity?> FindAsync(Ticket ticket, CancellationToken cancellationToken) =>
        ticket switch
        {
            { Kind: TicketKinds.CliToken } => PersonAsync(ticket, cancellationToken),
            { Kind: TicketKinds.OperatorToken } => OperatorAsync(ticket.Subject, cancellationToken),
            { Kind: TicketKinds.DeployKey, Org: { } org } => KeyAsync(org, ticket.Subject, cancellationToken),
            _ => ValueTask.FromResult<Identity?>(null),
        };

    private async ValueTask<Identity?> PersonAsync(Ticket ticket, CancellationToken cancellationToken) =>
        await people.FindAsync(ticket.Subject, cancellationToken) is { State.Disabled: null } person
            ? new Identity(new Principal(PrincipalKind.User, person.State.Id, person.Name), person.State.Orgs)
            {
                HasSecondFactor = person.State.SecondFactor is not null,
                SecondFactorAt = TicketProof.Of(ticket, person.State.SecondFactor?.Since),
            }
            : null;

    // SECURITY: as an operator nobody is a member of anything (S04).
    private async ValueTask<Identity?> OperatorAsync(string id, CancellationToken cancellationToken) =>
        await people.FindAsync(id, cancellationToken) is { State.Disabled: null } person
        && (await installation.GetAsync(cancellationToken)).IsOperator(id)
            ? new Identity(new Principal(PrincipalKind.Operator, person.State.Id, person.Name), [])
            : null;

    private async ValueTask<Identity?> KeyAsync(string org, string id, CancellationToken cancellationToken)
    {
        var (key, _) = await keys.StateAsync(org, id, cancellationToken);
        return key.WorksAt(time.GetUtcNow())
            ? new Identity(new Principal(PrincipalKind.DeployKey, key.Id, key.Spec!.Name), [org])
            : null;
    }
}
