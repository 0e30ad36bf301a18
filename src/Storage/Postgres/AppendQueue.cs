using System.Threading.Channels;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Takes appends to a few pumps, each of which commits what has gathered while it committed what was there before.
/// Those of one record stream go to one pump, so that they follow each other without a race.
/// </summary>
internal sealed class AppendQueue : IAsyncDisposable
{
    private const int MaxGroup = 64;
    private const int MaxQueued = 1024;

    private readonly Channel<AppendWork>[] _lanes;
    private readonly Task[] _pumps;
    private int _turn;

    public AppendQueue(AppendCommitter committer, int pumps)
    {
        _lanes =
        [
            .. Enumerable
                .Range(0, pumps)
                .Select(_ =>
                    Channel.CreateBounded<AppendWork>(new BoundedChannelOptions(MaxQueued) { SingleReader = true })
                ),
        ];
        _pumps = [.. _lanes.Select(lane => Task.Run(() => PumpAsync(lane.Reader, committer)))];
    }

    public async Task<AppendResult> AppendAsync(PreparedAppend prepared, CancellationToken cancellationToken)
    {
        var work = new AppendWork(prepared, cancellationToken);
        try
        {
            await LaneOf(prepared).Writer.WriteAsync(work, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(PostgresStore));
        }

        return await work.Done;
    }

    /// <summary>Commits what was taken, and takes nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            lane.Writer.TryComplete();
        }

        await Task.WhenAll(_pumps);
    }

    private Channel<AppendWork> LaneOf(PreparedAppend prepared)
    {
        var write = prepared.Writes.FirstOrDefault(write => write.Write.ExpectedHead is null);
        var number = write is null
            ? (uint)Interlocked.Increment(ref _turn)
            : (uint)StringComparer.Ordinal.GetHashCode(write.Stream);
        return _lanes[number % _lanes.Length];
    }

    private static async Task PumpAsync(ChannelReader<AppendWork> lane, AppendCommitter committer)
    {
        var group = new List<AppendWork>(MaxGroup);
        while (await lane.WaitToReadAsync())
        {
            while (group.Count < MaxGroup && lane.TryRead(out var work))
            {
                if (!work.Abandon())
                {
                    group.Add(work);
                }
            }

            await committer.CommitAsync(group);
            group.Clear();
        }
    }
}
