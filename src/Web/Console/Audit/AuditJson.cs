using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Storage.Audit;

namespace Palisade.Web.Console.Audit;

/// <summary>A record as it stands in the log.</summary>
/// <param name="Index">Its place, and its permanent name.</param>
/// <param name="Hash">Of the entry, lower-case hex.</param>
/// <param name="Body">What was recorded; its exact bytes are in exports.</param>
public sealed record RecordJson(long Index, string Stream, long Seq, DateTimeOffset At, string Hash, JsonElement Body)
{
    internal static RecordJson Of(LogEntry entry)
    {
        using var body = JsonDocument.Parse(entry.Body);
        return new(
            entry.Index,
            entry.Stream.Value,
            entry.Seq,
            entry.At,
            Convert.ToHexStringLower(entry.Hash.AsSpan()),
            body.RootElement.Clone()
        );
    }
}

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
