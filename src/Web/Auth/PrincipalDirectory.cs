using System.Collections.Immutable;
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
    public ValueTask<Identity?> FindAsync(Ticket ticket, ProvenHeads? proven, CancellationToken cancellationToken) =>
        ticket switch
        {
            { Kind: TicketKinds.CliToken or TicketKinds.Session } => PersonAsync(ticket, proven, cancellationToken),
            { Kind: TicketKinds.OperatorToken } => OperatorAsync(ticket, proven, cancellationToken),
            { Kind: TicketKinds.DeployKey, Org: { } org } => KeyAsync(org, ticket.Subject, proven, cancellationToken),
            _ => ValueTask.FromResult<Identity?>(null),
        };

    private async ValueTask<Identity?> PersonAsync(
        Ticket ticket,
        ProvenHeads? proven,
        CancellationToken cancellationToken
    ) =>
        await people.FindAsync(ticket.Subject, proven, cancellationToken) is { State.Disabled: null } person
            ? Of(ticket, person, PrincipalKind.User, person.State.Orgs)
            : null;

    // SECURITY: as an operator nobody is a member of anything (S04).
    private async ValueTask<Identity?> OperatorAsync(
        Ticket ticket,
        ProvenHeads? proven,
        CancellationToken cancellationToken
    ) =>
        await people.FindAsync(ticket.Subject, proven, cancellationToken) is { State.Disabled: null } person
        && (await installation.GetAsync(cancellationToken)).IsOperator(person.State.Id)
            ? Of(ticket, person, PrincipalKind.Operator, [])
            : null;

    private static Identity Of(
        Ticket ticket,
        Person person,
        PrincipalKind kind,
        ImmutableSortedSet<string> organizations
    ) =>
        new(new Principal(kind, person.State.Id, person.Name), organizations)
        {
            HasSecondFactor = person.State.SecondFactor is not null,
            SecondFactorAt = TicketProof.Of(ticket, person.State.SecondFactor?.Since),
        };

    private async ValueTask<Identity?> KeyAsync(
        string org,
        string id,
        ProvenHeads? proven,
        CancellationToken cancellationToken
    )
    {
        var (key, _) = await keys.StateAsync(org, id, proven, cancellationToken);
        return key.WorksAt(time.GetUtcNow())
            ? new Identity(new Principal(PrincipalKind.DeployKey, key.Id, key.Spec!.Name), [org])
            : null;
    }
}
