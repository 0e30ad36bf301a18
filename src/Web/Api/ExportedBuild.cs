using Palisade.Racks;

namespace Palisade.Web.Api;

/// <summary>An archive on its way to a client.</summary>
/// <param name="archive">Goes with it.</param>
/// <param name="ended">Told once how many of its bytes were read, and whether all of them.</param>
internal sealed class ExportedBuild(Stream archive, Func<long, bool, Task> ended) : ReadingStream(archive)
{
    private long _read;
    private bool _whole;
    private int _ended;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            await ended(_read, _whole);
        }
    }

    /// <summary>The end is read only after all before it was sent.</summary>
    protected override void Seen(ReadOnlySpan<byte> read)
    {
        _read += read.Length;
        _whole |= read.IsEmpty;
    }
}
