using System.Formats.Tar;

namespace Palisade.Racks;

/// <summary>
/// Reads a tar that nobody vouches for. <see cref="TarReader"/> keeps what precedes an entry in memory, such as its
/// long name, and believes up to 2 GiB of it: here it is at most <see cref="MaxHeader"/>. Sparse files, which are
/// larger than their bytes, are refused.
/// </summary>
public sealed class BoundedTarReader : IAsyncDisposable
{
    /// <summary>Bytes of one extended header (PAX) or long name (GNU): 1 MiB.</summary>
    public const int MaxHeader = 1 << 20;

    private readonly TarHeaderStream _tar;
    private readonly TarReader _reader;
    private long _next;

    /// <param name="tar">Left open.</param>
    public BoundedTarReader(Stream tar)
    {
        _tar = new TarHeaderStream(tar, MaxHeader);
        _reader = new TarReader(_tar, leaveOpen: true);
    }

    /// <summary>
    /// The next entry, its data to be read before the one that follows; null at the end. What it throws about the tar
    /// is an <see cref="ArchiveFault"/>.
    /// </summary>
    public async ValueTask<TarEntry?> NextAsync(CancellationToken cancellationToken)
    {
        _tar.Expect(_next);
        var entry = await _reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false);
        _tar.Expect(null);
        if (entry is null && !_tar.IsEnd)
        {
            // For TarReader a header without a checksum is the end as well; others read on.
            throw new InvalidDataException("The tar has a header without a checksum.");
        }

        if (
            entry is { EntryType: TarEntryType.SparseFile }
            || entry is PaxTarEntry pax
                && pax.ExtendedAttributes.Keys.Any(k => k.StartsWith("GNU.sparse.", StringComparison.Ordinal))
        )
        {
            throw new InvalidDataException("The tar has a sparse file.");
        }

        // Of an entry with data the reader has read nothing yet, and of another there is nothing.
        _next = _tar.Count + (entry?.DataStream is null ? 0 : TarHeaderStream.Blocks(entry.Length));
        return entry;
    }

    public ValueTask DisposeAsync() => _reader.DisposeAsync();
}
