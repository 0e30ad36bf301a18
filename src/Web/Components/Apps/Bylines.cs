using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Storage.Personal;

namespace Palisade.Web.Components.Apps;

/// <summary>Who did something, by the name that a person has now; others, and who was erased, by their id.</summary>
internal sealed class Bylines(People people, IPersonalData personal)
{
    /// <summary>
    /// Of a record's actor. SECURITY (S30): a name that the organization's log no longer tells is not told by the
    /// account either, which outlives an erasure from one log.
    /// </summary>
    public async ValueTask<Principal> OfRecordAsync(string org, string id, CancellationToken cancellationToken) =>
        await personal.HasAsync(PersonScope.Of(id, org), cancellationToken)
            ? await OfIdAsync(id, cancellationToken)
            : new Principal(PrincipalKind.User, id, id);

    /// <summary>Of an entry's actor, of which only the id is told.</summary>
    public ValueTask<Principal> OfIdAsync(string id, CancellationToken cancellationToken) =>
        OfAsync(new Principal(PrincipalKind.User, id, id), cancellationToken);

    public async ValueTask<Principal> OfAsync(Principal principal, CancellationToken cancellationToken) =>
        principal.Kind == PrincipalKind.User
        && await people.FindAsync(principal.Id, cancellationToken) is { Name.Length: > 0 } person
            ? principal with
            {
                Name = person.Name,
            }
            : principal with
            {
                Name = principal.Id,
            };
}
