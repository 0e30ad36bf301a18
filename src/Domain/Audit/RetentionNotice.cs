using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Palisade.Domain.Audit;

/// <summary>
/// What a record of retention says: which bodies were erased after it. Written, and covered by a checkpoint, before any
/// is.
/// </summary>
/// <param name="First">Index of the first of them.</param>
/// <param name="Through">Index of the last of them.</param>
/// <param name="Digest">Of all of them, see <see cref="ErasureDigest"/>; lower-case hex.</param>
public sealed record RetentionNotice(long Count, long First, long Through, string Digest)
{
    /// <summary>The operation of such records; their own bodies are never erased.</summary>
    public const string Operation = "audit.erase";

    public ImmutableSortedDictionary<string, string> Details =>
        ImmutableSortedDictionary<string, string>
            .Empty.Add("count", Count.ToString(CultureInfo.InvariantCulture))
            .Add("first", First.ToString(CultureInfo.InvariantCulture))
            .Add("through", Through.ToString(CultureInfo.InvariantCulture))
            .Add("digest", Digest);

    /// <summary>Reads it from the body of a record; false when it is another kind of record.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out RetentionNotice? notice)
    {
        notice = null;
        try
        {
            using var json = JsonDocument.Parse(body.ToArray());
            if (json.RootElement.GetProperty("operation").GetString() == Operation)
            {
                var details = json.RootElement.GetProperty("details");
                notice = new(
                    Number(details, "count"),
                    Number(details, "first"),
                    Number(details, "through"),
                    details.GetProperty("digest").GetString() ?? ""
                );
            }
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }

        return notice is not null;
    }

    private static long Number(JsonElement details, string name) =>
        long.TryParse(
            details.GetProperty(name).GetString(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : throw new FormatException($"{name} is no number of records");
}

/// <summary>SHA-256 over a line <c>index stream seq hash</c> for each erased entry, in the order of the log.</summary>
public sealed class ErasureDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Count { get; private set; }

    public long First { get; private set; }

    public long Through { get; private set; }

    public void Add(long index, string stream, long seq, ReadOnlySpan<byte> hash)
    {
        _hash.AppendData(
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{index} {stream} {seq} {Convert.ToHexStringLower(hash)}\n"
                )
            )
        );
        First = Count == 0 ? index : First;
        Through = index;
        Count++;
    }

    public RetentionNotice Notice() => new(Count, First, Through, Convert.ToHexStringLower(_hash.GetCurrentHash()));

    public void Dispose() => _hash.Dispose();
}
