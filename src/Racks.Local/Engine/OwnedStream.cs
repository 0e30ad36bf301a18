namespace Palisade.Racks.Local.Engine;

/// <summary>A read-only stream that disposes of what it comes from, such as the response.</summary>
internal sealed class OwnedStream(Stream inner, IDisposable owner) : ReadingStream(inner)
{
    protected override void Seen(ReadOnlySpan<byte> read) { }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            owner.Dispose();
        }
    }
}
