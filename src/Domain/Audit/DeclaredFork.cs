using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Palisade.Domain.Kernel;

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

    /// <summary>What the last part of their streams' names begins with, and of no others.</summary>
    private const string Mark = "restore-";

    public string Text =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"declared fork at record {Index}: on {At:yyyy-MM-dd HH:mm:ss} UTC {Printable.Of(By)} restored the backup {Printable.Of(Backup)} "
                + $"of {Taken:yyyy-MM-dd HH:mm:ss} UTC; from record {Covered} on the log may have gone on in another way before"
        );

    /// <summary>What such a record's stream is named by instead of a node, which it is not written by.</summary>
    public static string NodeOf(string backup) => Mark + backup;

    /// <summary>What the streams of such records begin with in a log, as bodies write it.</summary>
    public static byte[] StreamsOf(string org) =>
        RecordLine.Written(string.IsNullOrEmpty(org) ? $"install/{Mark}" : $"rec/{org}/{Mark}");

    /// <summary>Reads it from the body of a record; false when it is another kind of record.</summary>
    /// <param name="streams">See <see cref="StreamsOf"/>.</param>
    public static bool TryParse(
        long index,
        ReadOnlySpan<byte> streams,
        ReadOnlySpan<byte> stream,
        ReadOnlySpan<byte> body,
        [NotNullWhen(true)] out DeclaredFork? fork
    )
    {
        fork = null;
        if (!stream.StartsWith(streams))
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
                fork =
                    CoveredOf(details) is { } covered && covered <= index
                        ? new(
                            index,
                            covered,
                            root.GetProperty("at").GetDateTimeOffset().ToUniversalTime(),
                            root.GetProperty("actor").GetProperty("id").GetString() ?? "",
                            details.GetProperty("backup").GetString() ?? "",
                            details.GetProperty("taken").GetDateTimeOffset().ToUniversalTime()
                        )
                        : null;
            }
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }

        return fork is not null;
    }

    /// <summary>Nothing, of a backup that knew no checkpoint; null when it is no number of records.</summary>
    private static long? CoveredOf(JsonElement details) =>
        !details.TryGetProperty("checkpointSize", out var size) ? 0
        : long.TryParse(size.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var covered) ? covered
        : null;
}
