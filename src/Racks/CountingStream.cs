namespace Palisade.Racks;

/// <summary>Counts what is read and asks after each read whether that was too much.</summary>
public sealed class CountingStream(Stream inner, Action<long> check) : ReadingStream(inner)
{
    public long Count { get; private set; }

    protected override void Seen(ReadOnlySpan<byte> read)
    {
        Count += read.Length;
        check(Count);
    }
}
