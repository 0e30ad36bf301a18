using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Where streams are. What is asked for is read; what appends go on from is guessed from what this process saw, since
/// their compare-and-swap proves it.
/// </summary>
internal sealed class StreamHeads(FreshLooks looks)
{
    private readonly HeadCache _guesses = new();

    /// <summary>As of a read that began after the call; streams that don't exist are missing.</summary>
    public Task<Dictionary<string, Head>> ReadAsync(IEnumerable<string> streams, CancellationToken cancellationToken) =>
        looks.HeadsAsync(streams, cancellationToken);

    /// <summary>Where the streams of appends are: guessed, or read where the guess is not what they expect.</summary>
    public async Task<Func<string, Head>> KnownAsync(IEnumerable<AppendWork> works)
    {
        var doubtful = works
            .SelectMany(work => work.Prepared.Writes)
            .Where(write => IsDoubtful(write.Stream, write.Write.ExpectedHead))
            .Select(write => write.Stream)
            .ToHashSet(StringComparer.Ordinal);
        var read = doubtful.Count == 0 ? [] : await ReadAsync(doubtful, CancellationToken.None);
        return stream =>
            doubtful.Contains(stream) ? read.GetValueOrDefault(stream, Head.None)
            : _guesses.TryGet(stream, out var guess) ? guess
            : Head.None;
    }

    /// <summary>After a commit.</summary>
    public void Publish(Dictionary<string, Head> heads) => _guesses.Publish(heads);

    /// <summary>After a guess was wrong.</summary>
    public void Forget(IEnumerable<AppendWork> works)
    {
        foreach (var write in works.SelectMany(work => work.Prepared.Writes))
        {
            _guesses.Forget(write.Stream);
        }
    }

    // That there is none needs no hash to go on from.
    private bool IsDoubtful(string stream, long? expected) =>
        _guesses.TryGet(stream, out var guess) ? expected is not null && guess.Seq != expected : expected != 0;
}
