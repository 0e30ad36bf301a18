using System.Formats.Tar;
using System.IO.Pipelines;
using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Web.Api;

/// <summary>
/// A tar on its way into a process. A reader beside it lists what goes by; what that one can't read goes by unlisted.
/// </summary>
internal sealed class ListedTar : ReadingStream
{
    private static readonly Invalid Unreadable = new("file.tar", "the files are no readable tar");

    private readonly Pipe _copy = new();
    private readonly TarListing _listing = new();
    private readonly Task _reader;

    public ListedTar(Stream tar)
        : base(tar) => _reader = ListAsync();

    public long Bytes { get; private set; }

    /// <summary>What ended the reading of it: its sender left, or sent more than is admitted.</summary>
    public IOException? Broken { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            // Waits for the reader beside it, which so keeps no more than the pipe's bound.
            await _copy.Writer.WriteAsync(buffer[..count], cancellationToken);
            return count;
        }
        catch (IOException e)
        {
            Broken = e;
            throw;
        }
    }

    /// <summary>What was in all that went by.</summary>
    public async Task<TarListing> EndAsync()
    {
        await _copy.Writer.CompleteAsync();
        await _reader;
        return _listing;
    }

    protected override void Seen(ReadOnlySpan<byte> read) => Bytes += read.Length;

    private async Task ListAsync()
    {
        try
        {
            await using var tar = new BoundedTarReader(_copy.Reader.AsStream(leaveOpen: true));
            while (await tar.NextAsync(CancellationToken.None) is { } entry)
            {
                if (entry.EntryType != TarEntryType.GlobalExtendedAttributes)
                {
                    _listing.Add(entry.Name, entry.Length);
                }
            }
        }
        catch (Exception e) when (ArchiveFault.Of(e, Unreadable) is not null)
        {
            _listing.Unreadable = true;
        }
        finally
        {
            // From here on nothing waits for it.
            await _copy.Reader.CompleteAsync();
        }
    }
}
