using System.Text;
using System.Text.Json;

namespace Palisade.Storage.Keys;

/// <summary>
/// The data keys that were destroyed, in <c>erased.jsonl</c> beside the master key ring: what a backup from before does
/// not know, and is told when it is restored (S06, S30). Lines are only added.
/// </summary>
internal static class ErasureList
{
    public const string FileName = "erased.jsonl";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Everything that is on it; a last line that was cut off is as if it had not been written.</summary>
    public static HashSet<ErasedKey> Read(string keysFolder)
    {
        var path = Path.Combine(keysFolder, FileName);
        var read = new HashSet<ErasedKey>();
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                read.Add(JsonSerializer.Deserialize<ErasedKey>(lines[i], Json)!);
            }
            catch (JsonException) when (i == lines.Length - 1)
            {
                break;
            }
            catch (JsonException)
            {
                throw new StoreUnusableException(
                    $"Line {i + 1} of {path} can't be read; it says what was erased. Put the right file back."
                );
            }
        }

        return read;
    }

    /// <summary>Durable when it returns.</summary>
    public static void Add(string keysFolder, IEnumerable<ErasedKey> erased)
    {
        var known = Read(keysFolder);
        var added = string.Concat(
            erased.Where(key => !known.Contains(key)).Select(key => JsonSerializer.Serialize(key, Json) + "\n")
        );
        if (added.Length == 0)
        {
            return;
        }

        var path = Path.Combine(keysFolder, FileName);
        using (var file = PrivateFiles.Open(path, FileMode.OpenOrCreate, FileShare.None))
        {
            // What a crash cut off is written over.
            file.SetLength(WholeLines.EndOf(file));
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(added));
            file.Flush(flushToDisk: true);
        }

        PrivateFiles.SyncFolder(keysFolder);
    }
}

/// <param name="Key">Id of a key of the scope; none: the scope and all below it are erased for good.</param>
internal sealed record ErasedKey(string Scope, string? Key);
