using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Audit.Changes;
using Palisade.Storage.Audit;
using Palisade.Storage.Personal;

namespace Palisade.Web.Console.Audit;

/// <summary>A record as it stands in the log.</summary>
/// <param name="Index">Its place, and its permanent name.</param>
/// <param name="Hash">Of the entry, lower-case hex.</param>
/// <param name="Body">What was recorded, with name, address and client of who acted opened; its exact bytes are in
/// exports. None when retention erased it, or it is missing.</param>
/// <param name="Changes">What was changed, with what was there before. Empty for what changed nothing, and of records
/// from before there were any.</param>
/// <param name="ChangesLeftOut">How many more fields changed than are listed.</param>
/// <param name="PersonErased">Name, address and client of who acted were erased.</param>
/// <param name="Erased">With no body: what is left.</param>
public sealed record RecordJson(
    long Index,
    string Stream,
    long Seq,
    DateTimeOffset At,
    string Hash,
    JsonElement? Body = null,
    ImmutableArray<FieldChangeJson>? Changes = null,
    int ChangesLeftOut = 0,
    bool PersonErased = false,
    ErasedRecordJson? Erased = null
)
{
    internal static async Task<RecordJson> OfAsync(
        LogEntry entry,
        IPersonalData people,
        CancellationToken cancellationToken
    )
    {
        var record = new RecordJson(
            entry.Index,
            entry.Stream.Value,
            entry.Seq,
            entry.At,
            Convert.ToHexStringLower(entry.Hash.AsSpan())
        );
        if (entry.Body is not { } body)
        {
            var (actor, operation, resource, result) = entry.Facets;
            return record with { Erased = new(actor, operation, resource, result, entry.ErasedBy, entry.IsMissing) };
        }

        using var json = JsonDocument.Parse(body);
        var person = await people.OpenAsync(json.RootElement, cancellationToken);
        var changes = ChangeJson.Read(json.RootElement);
        return record with
        {
            Body = OpenedBody.Of(json.RootElement, person.Fields),
            Changes = await FieldChangeJson.OfAsync(changes, people, cancellationToken),
            ChangesLeftOut = changes.LeftOut,
            PersonErased = person.Fields is null,
        };
    }

    internal static async Task<ImmutableArray<RecordJson>> OfAsync(
        ImmutableArray<LogEntry> entries,
        IPersonalData people,
        CancellationToken cancellationToken
    )
    {
        var records = ImmutableArray.CreateBuilder<RecordJson>(entries.Length);
        foreach (var entry in entries)
        {
            records.Add(await OfAsync(entry, people, cancellationToken));
        }

        return records.MoveToImmutable();
    }
}

/// <summary>A record whose body is gone.</summary>
/// <param name="Actor">Id.</param>
/// <param name="By">Index of the record that says so; none when the body is missing.</param>
/// <param name="Missing">No record says that it was erased: retention did not do that.</param>
public sealed record ErasedRecordJson(
    string Actor,
    string Operation,
    string Resource,
    string Result,
    long? By = null,
    bool Missing = false
);

/// <summary>A part of a list of records.</summary>
/// <param name="Next">The cursor of the part that follows; none: this was the last.</param>
/// <param name="Checkpoint">The log's latest, so that whoever reads becomes a witness (S31).</param>
public sealed record RecordsJson(ImmutableArray<RecordJson> Items, string? Next = null, string? Checkpoint = null);

/// <param name="Proof">RFC 6962 inclusion proof against <paramref name="Checkpoint"/>, lower-case hex.</param>
public sealed record ProvenRecordJson(RecordJson Record, ImmutableArray<string> Proof, string Checkpoint);

/// <param name="First">The first day that is counted, and <paramref name="Last"/> the last; days of UTC.</param>
public sealed record FacetsJson(
    DateOnly First,
    DateOnly Last,
    ImmutableArray<FacetCount> Counts,
    string? Checkpoint = null
);

/// <param name="Current">The verifier key of what is signed now: give it to <c>palisade audit verify --key</c>.</param>
/// <param name="Keys">All of them, oldest first.</param>
public sealed record SigningKeysJson(string Origin, ImmutableArray<SigningKeyJson> Keys, string? Current = null);

/// <param name="Succession">The note in which the key before announced it.</param>
public sealed record SigningKeyJson(string Key, DateTimeOffset Since, string? Succession = null);

/// <param name="Key">The new verifier key.</param>
public sealed record RotatedKeyJson(string Key);

/// <param name="Proof">That the log of <paramref name="First"/> records is the beginning of that of
/// <paramref name="Second"/>; lower-case hex.</param>
public sealed record ConsistencyJson(long First, long Second, ImmutableArray<string> Proof);
