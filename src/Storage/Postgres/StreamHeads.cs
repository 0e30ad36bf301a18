using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Where streams are. What is asked for is read; what appends go on from is guessed from what this process saw, since
/// their compare-and-swap proves it.
/// </summary>
internal sealed class StreamHeads
{
    // Two reads under way keep the connection busy, and let those who come meanwhile gather.
    private const int AtOnce = 2;

    private readonly FreshReads<string, Head> _reads;
    private readonly HeadCache _guesses = new();

    public StreamHeads(Database database) =>
        _reads = new(
            async streams =>
            {
                var found = await database.ReadAsync(
                    Statement.Of("SELECT id, head, hash FROM stream WHERE id = ANY($1)").Add(streams),
                    row => (Stream: row.Text(0), Head: new Head(row.Int64(1), row.Blob(2))),
                    CancellationToken.None
                );
                return found.ToDictionary(row => row.Stream, row => row.Head, StringComparer.Ordinal);
            },
            AtOnce
        );

    /// <summary>As of a read that began after the call; streams that don't exist are missing.</summary>
    public Task<Dictionary<string, Head>> ReadAsync(IEnumerable<string> streams, CancellationToken cancellationToken) =>
        _reads.AskAsync(streams, cancellationToken);

    /// <summary>Where the streams of appends are: guessed, or read where the guess is not what they expect.</summary>
    public async Task<Func<string, Head>> KnownAsync(IEnumerable<AppendWork> works)
    {
        var doubtful = works
            .SelectMany(work => work.Prepared.Expectations())
            .Where(expectation => IsDoubtful(expectation.Stream.Value, expectation.Expected))
            .Select(expectation => expectation.Stream.Value)
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
        foreach (var (stream, _) in works.SelectMany(work => work.Prepared.Expectations()))
        {
            _guesses.Forget(stream.Value);
        }
    }

    // That there is none needs no hash to go on from.
    private bool IsDoubtful(string stream, long? expected) =>
        _guesses.TryGet(stream, out var guess) ? expected is not null && guess.Seq != expected : expected != 0;
}
