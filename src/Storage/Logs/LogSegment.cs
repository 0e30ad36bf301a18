using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Logs;

/// <summary>
/// One file of a log: a head (magic, data key's id, salt, time made, latest time and length of what came before) and
/// frames. The head is bound to the frames by the key that is derived from it. No file stays open between uses.
/// </summary>
internal sealed class LogSegment
{
    private const int SaltBytes = 32;
    private const string Extension = ".seg";

    private readonly byte[] _key;
    private long _length;

    private LogSegment(
        string folder,
        int number,
        byte[] key,
        DateTimeOffset created,
        long latestBefore,
        long lengthBefore,
        long start
    )
    {
        (Path, Number, _key, Created, LatestBefore, LengthBefore, Start) = (
            PathOf(folder, number),
            number,
            key,
            created,
            latestBefore,
            lengthBefore,
            start
        );
        (_length, Latest) = (start, latestBefore);
    }

    private static ReadOnlySpan<byte> Magic => "PLSLOG1\n"u8;

    public string Path { get; }

    public int Number { get; }

    public DateTimeOffset Created { get; }

    /// <summary>Latest time (UTC ticks) in all segments before this one, also those that are gone.</summary>
    public long LatestBefore { get; }

    public long LengthBefore { get; }

    /// <summary>Where the first frame is.</summary>
    public long Start { get; }

    /// <summary>Latest time up to the end of this one. Meaningful for the last segment only.</summary>
    public long Latest { get; private set; }

    /// <summary>Holds more than its cursors. Meaningful for the last segment only.</summary>
    public bool HasLines { get; private set; }

    /// <summary>Bytes that are whole frames; readers go no further.</summary>
    public long Length => Volatile.Read(ref _length);

    public static IEnumerable<int> Numbers(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*" + Extension)
                .Select(path =>
                    int.Parse(System.IO.Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture)
                )
                .Order()
            : [];

    /// <summary>
    /// A new last segment after <paramref name="before"/>, durable with the cursors that its first frame holds.
    /// </summary>
    public static LogSegment Create(
        string folder,
        string log,
        int number,
        DataKey key,
        DateTimeOffset created,
        LogSegment? before,
        ReadOnlySpan<byte> cursors
    )
    {
        PrivateFiles.CreateFolder(folder);
        var head = new byte[Magic.Length + 1 + key.Id.Length + SaltBytes + 24];
        Magic.CopyTo(head);
        head[Magic.Length] = (byte)key.Id.Length;
        Encoding.ASCII.GetBytes(key.Id, head.AsSpan(Magic.Length + 1));
        RandomNumberGenerator.Fill(head.AsSpan(Magic.Length + 1 + key.Id.Length, SaltBytes));
        var numbers = head.AsSpan(head.Length - 24);
        BinaryPrimitives.WriteInt64BigEndian(numbers, created.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], before?.Latest ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(numbers[16..], before?.Length ?? 0);
        var segmentKey = Derive(key, log, number, head);
        var frame = LogFrame.Seal(segmentKey, LogFrameKind.Cursors, head.Length, 0, cursors);

        // INVARIANT: a segment appears with its cursors or not at all; a crash in between must not lose where the
        // sources stood.
        var draft = System.IO.Path.Combine(folder, "draft");
        using (var file = PrivateFiles.Open(draft, FileMode.Create, FileShare.Read))
        {
            file.Write(head);
            file.Write(frame);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, PathOf(folder, number), overwrite: true);
        PrivateFiles.SyncFolder(folder);
        return new(folder, number, segmentKey, created, before?.Latest ?? 0, before?.Length ?? 0, head.Length)
        {
            _length = head.Length + frame.Length,
        };
    }

    /// <summary>The segment with the length of its file; null when not even its head is whole.</summary>
    public static async Task<LogSegment?> LoadAsync(
        string folder,
        string log,
        int number,
        IDataKeys keys,
        CancellationToken cancellationToken
    )
    {
        using var file = File.OpenHandle(PathOf(folder, number));
        var start = new byte[512];
        start = start[..RandomAccess.Read(file, start, 0)];
        if (start.Length <= Magic.Length || !start.AsSpan().StartsWith(Magic))
        {
            return null;
        }

        var idLength = start[Magic.Length];
        var headLength = Magic.Length + 1 + idLength + SaltBytes + 24;
        if (start.Length < headLength)
        {
            return null;
        }

        var id = Encoding.ASCII.GetString(start, Magic.Length + 1, idLength);
        var key =
            await keys.FindAsync(Scopes.Org(LogPaths.Org(log)), id, cancellationToken)
            ?? throw new InvalidDataException($"The log {log} names a key of another place.");
        var numbers = start.AsSpan(headLength - 24, 24).ToArray();
        return new(
            folder,
            number,
            Derive(key, log, number, start.AsSpan(0, headLength)),
            new(BinaryPrimitives.ReadInt64BigEndian(numbers), TimeSpan.Zero),
            BinaryPrimitives.ReadInt64BigEndian(numbers.AsSpan(8)),
            BinaryPrimitives.ReadInt64BigEndian(numbers.AsSpan(16)),
            headLength
        )
        {
            _length = RandomAccess.GetLength(file),
        };
    }

    /// <summary>Whole frames from an offset on, about 1 MiB of them; with where each one ends.</summary>
    public List<(LogFrameKind Kind, byte[] Clear, long End)> Read(long offset, long since)
    {
        var frames = new List<(LogFrameKind, byte[], long)>();
        using var file = File.OpenHandle(
            Path,
            options: FileOptions.None,
            share: FileShare.ReadWrite | FileShare.Delete
        );
        var bytes = new byte[Math.Min(Length - offset, LogFrame.HeadBytes + LogFrame.MaxBytes)];
        var read = bytes.AsSpan(0, RandomAccess.Read(file, bytes, offset));
        for (var at = 0; at < read.Length; )
        {
            var length = LogFrame.Length(read[at..]);
            if (length == 0)
            {
                break;
            }

            // The latest time stands in the clear, so what is older need not be opened.
            var (kind, clear) =
                LogFrame.Latest(read[at..]) < since
                    ? (LogFrameKind.Cursors, [])
                    : LogFrame.Open(_key, read.Slice(at, length), offset + at);
            at += length;
            frames.Add((kind, clear, offset + at));
        }

        return frames;
    }

    /// <summary>
    /// Goes through all frames of the last segment; what does not open is a torn tail and is cut off. Gives the bytes
    /// cut.
    /// </summary>
    public long Repair(Action<LogFrameKind, byte[]> visit)
    {
        var (whole, fileLength) = (Start, Length);
        try
        {
            while (Read(whole, 0) is { Count: > 0 } frames)
            {
                foreach (var (kind, clear, end) in frames)
                {
                    visit(kind, clear);
                    whole = end;
                }
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            // The frames of this page that did open are found again one by one below.
            whole = Salvage(whole, visit);
        }

        if (whole < fileLength)
        {
            using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.SetLength(file, whole);
            RandomAccess.FlushToDisk(file);
        }

        Volatile.Write(ref _length, whole);
        return fileLength - whole;
    }

    /// <summary>Adds a frame; visible to readers, not yet synced.</summary>
    public void Append(LogFrameKind kind, long latest, ReadOnlySpan<byte> clear)
    {
        var offset = Length;
        var frame = LogFrame.Seal(_key, kind, offset, latest, clear);
        using (var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Write, FileShare.Read))
        {
            RandomAccess.Write(file, frame, offset);
        }

        Latest = Math.Max(Latest, latest);
        HasLines |= kind == LogFrameKind.Lines;
        Volatile.Write(ref _length, offset + frame.Length);
    }

    /// <summary>Notes a line that was found while the last segment was gone through.</summary>
    public void NoteLine(long at) => (Latest, HasLines) = (Math.Max(Latest, at), true);

    public void Sync()
    {
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.FlushToDisk(file);
    }

    private long Salvage(long offset, Action<LogFrameKind, byte[]> visit)
    {
        using var file = File.OpenHandle(Path);
        var bytes = new byte[LogFrame.HeadBytes + LogFrame.MaxBytes];
        while (true)
        {
            var read = bytes.AsSpan(0, RandomAccess.Read(file, bytes, offset));
            var length = LogFrame.Length(read);
            if (length == 0)
            {
                return offset;
            }

            try
            {
                var (kind, clear) = LogFrame.Open(_key, read[..length], offset);
                visit(kind, clear);
            }
            catch (AuthenticationTagMismatchException)
            {
                return offset;
            }

            offset += length;
        }
    }

    private static string PathOf(string folder, int number) =>
        System.IO.Path.Combine(folder, number.ToString("0000000000", CultureInfo.InvariantCulture) + Extension);

    private static byte[] Derive(DataKey key, string log, int number, ReadOnlySpan<byte> head) =>
        AesSeal.Derive(
            key.Key,
            head,
            AesSeal.Context("palisade log v1", log, number.ToString(CultureInfo.InvariantCulture))
        );
}
