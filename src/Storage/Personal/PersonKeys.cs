using System.Text;
using System.Text.Json;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Storage.Keys;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Personal;

/// <summary>Finds the key that seals what is personal of a caller, and opens what was sealed.</summary>
internal sealed class PersonKeys(IDataKeys keys, TimeProvider clock)
{
    /// <summary>Null when nothing is personal of the caller, and when the person was erased for good.</summary>
    public ValueTask<DataKey?> OfAsync(Caller caller, string org, CancellationToken cancellationToken) =>
        PersonScope.Of(caller, org, clock.GetUtcNow()) is { } scope
            ? keys.TryCurrentAsync(scope, cancellationToken)
            : default;

    /// <summary>
    /// The key for the last use of a ticket: of the person, or of the day where an organization's is used.
    /// </summary>
    public ValueTask<DataKey?> OfAsync(Ticket ticket, CancellationToken cancellationToken) =>
        keys.TryCurrentAsync(
            ticket.Org is { } org
                ? PersonScope.OfVisitors(org, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime))
                : PersonScope.Of(ticket.Subject),
            cancellationToken
        );

    /// <summary>Null when the key was destroyed.</summary>
    public async ValueTask<OpenedPerson> OpenAsync(
        JsonElement person,
        string place,
        CancellationToken cancellationToken
    )
    {
        if (await keys.FindAsync(PersonSeal.KeyOf(person), cancellationToken) is not { } key)
        {
            return default;
        }

        var (fields, disclosure) = PersonSeal.Open(key, person, place);
        return new(fields, disclosure);
    }

    /// <summary>Null when the key was destroyed. SECURITY: opens nothing but what is a person's.</summary>
    public async ValueTask<string?> OpenAsync(ChangeValue.Personal value, CancellationToken cancellationToken)
    {
        var box = value.Box;
        return await keys.FindAsync(box.KeyId, cancellationToken) is { } key && PersonScope.IsPersons(key.Scope)
            ? Encoding.UTF8.GetString(
                AesSeal.Decrypt(key.Key, box.Nonce, box.Ciphertext, AesSeal.Context(key.Scope, value.Place, key.Id))
            )
            : null;
    }
}
