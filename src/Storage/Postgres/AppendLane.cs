using System.Threading.Channels;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Appends in one line: the first is committed at once, and what gathers meanwhile as one group after it.
/// </summary>
internal sealed class AppendLane(AppendCommitter committer) : IAsyncDisposable
{
    private const int MaxGroup = 64;
    private const int MaxQueued = 1024;

    private readonly Channel<AppendWork> _waiting = Channel.CreateBounded<AppendWork>(MaxQueued);
    private readonly SemaphoreSlim _turn = new(1);

    public async Task<AppendResult> AppendAsync(AppendWork work, CancellationToken cancellationToken)
    {
        try
        {
            await _waiting.Writer.WriteAsync(work, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(PostgresStore));
        }

        if (_turn.Wait(0, CancellationToken.None))
        {
            OwnWork.Begin(CommitAllAsync);
        }

        return await work.Done;
    }

    /// <summary>Commits what was taken, and takes nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _turn.WaitAsync();

        // The turn is kept: nobody begins any more.
        await CommitGatheredAsync();
    }

    /// <summary>By whoever has the turn, and gives it back.</summary>
    private async Task CommitAllAsync()
    {
        do
        {
            await CommitGatheredAsync();
            _turn.Release();

            // Whoever came after the last look and before the release found the turn taken.
        } while (_waiting.Reader.TryPeek(out _) && _turn.Wait(0, CancellationToken.None));
    }

    private async Task CommitGatheredAsync()
    {
        while (Gathered() is { Count: > 0 } group)
        {
            await committer.CommitAsync(group);
        }
    }

    private List<AppendWork> Gathered()
    {
        var group = new List<AppendWork>();
        while (group.Count < MaxGroup && _waiting.Reader.TryRead(out var work))
        {
            if (!work.Abandon())
            {
                group.Add(work);
            }
        }

        return group;
    }
}
