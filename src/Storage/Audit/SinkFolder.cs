using System.Globalization;

namespace Palisade.Storage.Audit;

/// <summary>
/// The files of file sinks: <c>sinks/&lt;log&gt;/&lt;sink&gt;/00000001.jsonl</c> below the data folder, private
/// (0600), whole lines only. A file that is full is followed by the next number; of each sink the newest are kept.
/// </summary>
/// <param name="maxBytes">A file that has so many gets no more.</param>
/// <param name="kept">Files of one sink.</param>
public sealed class SinkFolder(string root, long maxBytes = 64L << 20, int kept = 16)
{
    private const string Extension = ".jsonl";

    /// <summary>Where the files of a sink are.</summary>
    public string PathOf(string log, string sink) => Path.Combine(root, log, sink);

    /// <summary>
    /// Adds lines, each with its line feed; they are on the disk when it returns. Throws <see cref="IOException"/>.
    /// </summary>
    public void Append(string log, string sink, ReadOnlySpan<byte> lines)
    {
        var folder = PathOf(log, sink);
        PrivateFiles.CreateFolder(folder);
        var files = Directory.GetFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).ToList();
        var begun = files.Count == 0 || new FileInfo(files[^1]).Length >= maxBytes;
        if (begun)
        {
            files.Add(Path.Combine(folder, NameAfter(files.LastOrDefault())));
        }

        using (var file = PrivateFiles.Open(files[^1], FileMode.OpenOrCreate, FileShare.Read))
        {
            file.Position = WholeLines.EndOf(file);
            file.Write(lines);

            // What a kill left of a line is longer than what is written over it.
            file.SetLength(file.Position);
            file.Flush(flushToDisk: true);
        }

        if (begun)
        {
            PrivateFiles.SyncFolder(folder);
        }

        foreach (var old in files.SkipLast(kept))
        {
            File.Delete(old);
        }
    }

    private static string NameAfter(string? last) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(last is null ? 0 : long.Parse(Path.GetFileNameWithoutExtension(last), CultureInfo.InvariantCulture)) + 1:D8}{Extension}"
        );
}
