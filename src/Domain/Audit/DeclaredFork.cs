using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Palisade.Domain.Audit;

/// <summary>
/// What a record of a restored backup says (S06): from where on the log goes on in another way than it went before.
/// </summary>
/// <param name="Index">Of the record.</param>
/// <param name="Covered">Size of the last checkpoint that the backup knew: so much both histories share.</param>
/// <param name="At">When it was restored.</param>
/// <param name="By">Id of who restored it.</param>
/// <param name="Backup">Its id.</param>
/// <param name="Taken">When it was made.</param>
public sealed record DeclaredFork(
    long Index,
    long Covered,
    DateTimeOffset At,
    string By,
    string Backup,
    DateTimeOffset Taken
)
{
    /// <summary>The operation of such records; their bodies are never erased.</summary>
    public const string Operation = "installation.restore";

    /// <summary>What their streams hold, and no others.</summary>
    private static ReadOnlySpan<byte> Mark => "/restore-"u8;

    public string Text =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"declared fork at record {Index}: on {At:yyyy-MM-dd HH:mm:ss} UTC {By} restored the backup {Backup} "
                + $"of {Taken:yyyy-MM-dd HH:mm:ss} UTC; from record {Covered} on the log may have gone on in another way before"
        );

    /// <summary>Reads it from the body of a record; false when it is another kind of record.</summary>
    public static bool TryParse(
        long index,
        ReadOnlySpan<byte> stream,
        ReadOnlySpan<byte> body,
        [NotNullWhen(true)] out DeclaredFork? fork
    )
    {
        fork = null;
        if (stream.IndexOf(Mark) < 0)
        {
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(body.ToArray());
            var root = json.RootElement;
            if (root.GetProperty("operation").GetString() == Operation)
            {
                var details = root.GetProperty("details");
                fork = new(
                    index,
                    details.TryGetProperty("checkpointSize", out var size)
                        ? long.Parse(size.GetString() ?? "", NumberStyles.None, CultureInfo.InvariantCulture)
                        : 0,
                    root.GetProperty("at").GetDateTimeOffset().ToUniversalTime(),
                    root.GetProperty("actor").GetProperty("id").GetString() ?? "",
                    details.GetProperty("backup").GetString() ?? "",
                    details.GetProperty("taken").GetDateTimeOffset().ToUniversalTime()
                );
            }
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }

        return fork?.Covered <= index;
    }
}
