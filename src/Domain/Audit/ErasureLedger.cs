namespace Palisade.Domain.Audit;

/// <summary>Holds bodies that are gone against the records of retention that come after them.</summary>
internal sealed class ErasureLedger(bool whole, FaultList faults)
{
    private readonly Dictionary<long, ErasureDigest> _open = [];

    public long Count { get; private set; }

    /// <summary>A body is gone, and the record at <paramref name="by"/> is to say so.</summary>
    public void Add(long index, string stream, long seq, long by, ReadOnlySpan<byte> hash)
    {
        Count++;
        if (
            by <= index
            || !(
                stream.StartsWith("rec/", StringComparison.Ordinal)
                || stream.StartsWith("install/", StringComparison.Ordinal)
            )
        )
        {
            faults.Add("erased", index, "its body is gone, and retention erases no such entry");
            return;
        }

        if (!_open.TryGetValue(by, out var digest))
        {
            _open.Add(by, digest = new());
        }

        digest.Add(index, stream, seq, hash);
    }

    /// <summary>A record passes by; most are of no interest here.</summary>
    public void Meet(long index, ReadOnlySpan<byte> body)
    {
        if (_open.Count == 0 || !_open.Remove(index, out var digest))
        {
            return;
        }

        var missing = digest.Notice();
        digest.Dispose();
        if (!RetentionNotice.TryParse(body, out var notice))
        {
            faults.Add(
                "erased",
                index,
                $"it is no record of retention, and {missing.Count} bodies are gone that it should speak of"
            );
        }
        else if (whole ? notice != missing : missing.First < notice.First || missing.Through > notice.Through)
        {
            faults.Add(
                "erased",
                index,
                $"it speaks of {notice.Count} erased bodies, and not of the {missing.Count} that are gone"
            );
        }
    }

    public void End()
    {
        foreach (var (by, digest) in _open)
        {
            faults.Add("erased", digest.First, $"its body is gone, and the record {by} that should say so is not here");
            digest.Dispose();
        }
    }
}
