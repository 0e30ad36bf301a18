using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Takes appends to a few lanes. Those of one record stream go to one, so that they follow each other without a race.
/// </summary>
internal sealed class AppendQueue(AppendCommitter committer, int lanes) : IAsyncDisposable
{
    private readonly AppendLane[] _lanes = [.. Enumerable.Range(0, lanes).Select(_ => new AppendLane(committer))];
    private int _turn;

    public Task<AppendResult> AppendAsync(PreparedAppend prepared, CancellationToken cancellationToken) =>
        LaneOf(prepared).AppendAsync(new(prepared, cancellationToken), cancellationToken);

    /// <summary>Commits what was taken, and takes nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync();
        }
    }

    private AppendLane LaneOf(PreparedAppend prepared)
    {
        var write = prepared.Writes.FirstOrDefault(write => write.Write.ExpectedHead is null);
        var number = write is null
            ? (uint)Interlocked.Increment(ref _turn)
            : (uint)StringComparer.Ordinal.GetHashCode(write.Stream);
        return _lanes[number % _lanes.Length];
    }
}
