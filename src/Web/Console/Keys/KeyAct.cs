using System.Text.Json;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Web.Console.Keys;

/// <summary>One thing that a key did or tried to.</summary>
/// <param name="Ip">None, as the client, when the log's retention let it go.</param>
public sealed record KeyAct(
    DateTimeOffset At,
    string? Ip,
    string? Client,
    string Operation,
    string Resource,
    EntryResult Result
)
{
    internal static async Task<KeyAct> OfAsync(
        StoredEntry entry,
        IPersonalData people,
        CancellationToken cancellationToken
    )
    {
        using var body = JsonDocument.Parse(entry.Body);
        var fields = (await people.OpenAsync(body.RootElement, cancellationToken)).Fields;
        return new(entry.At, fields?.Ip, fields?.Client, entry.Operation, entry.Resource, entry.Result);
    }
}
