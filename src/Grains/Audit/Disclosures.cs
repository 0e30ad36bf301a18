using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Personal;

namespace Palisade.Grains.Audit;

/// <summary>Personal values beside the sealed body of a record that leaves the server.</summary>
internal static class Disclosures
{
    /// <summary>Those of the names; null when none are asked for, they were erased, or there are none.</summary>
    /// <param name="names">See <see cref="PersonalFields.Names"/>.</param>
    public static async ValueTask<Disclosure?> OfAsync(
        IPersonalData people,
        LogEntry entry,
        IReadOnlyCollection<string> names,
        CancellationToken cancellationToken
    )
    {
        if (names.Count == 0 || entry.Body is not { } body)
        {
            return null;
        }

        using var json = JsonDocument.Parse(body);
        return (await people.OpenAsync(json.RootElement, cancellationToken)).Disclosure?.Only(names);
    }
}
