using System.Collections.Immutable;

namespace Palisade.Domain.Kernel;

/// <summary>
/// Where streams are, by one read that began after a request had come (ADR 0003). What is known up to there is as fresh
/// as the request, so nobody who works for it asks again.
/// </summary>
/// <param name="Heads">By stream; 0 for one that does not exist.</param>
/// <param name="Until">SECURITY: by the store's clock. What lasts longer, as an open stream does, reads again.</param>
[GenerateSerializer, Immutable, Alias("palisade.proven-heads")]
public sealed record ProvenHeads(ImmutableSortedDictionary<string, long> Heads, DateTimeOffset Until)
{
    /// <summary>Null when it is too old.</summary>
    public ProvenHeads? At(DateTimeOffset now) => now < Until ? this : null;

    /// <summary>Null when the stream is none of them.</summary>
    public long? Of(string stream) => Heads.TryGetValue(stream, out var head) ? head : null;
}
