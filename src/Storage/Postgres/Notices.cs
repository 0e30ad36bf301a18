using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Tells the other processes of one database what was committed: after the commit, and at most once in 20 ms, since a
/// NOTIFY inside each transaction would put all commits into one line.
/// </summary>
internal sealed partial class Notices : IAsyncDisposable
{
    public const string Channel = "palisade";

    /// <summary>The topic of data keys that were destroyed: nobody holds them in memory any longer.</summary>
    public const string KeysErased = "keys-erased";

    // PostgreSQL takes less than 8,000 bytes.
    private const int MaxBytes = 7_500;
    private const int MaxPayloads = 16;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(500);

    private readonly Database _database;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _any = new(0, 1);
    private readonly Lock _gate = new();
    private readonly Task _loop;
    private Dictionary<string, long> _changes = new(StringComparer.Ordinal);
    private bool _stopping;

    public Notices(Database database, ILogger logger)
    {
        (_database, _logger) = (database, logger);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Names this process in what it sends, so that it need not hear itself.</summary>
    public string Sender { get; } = Guid.NewGuid().ToString("N");

    public void Send(IReadOnlyCollection<Change> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var change in changes)
            {
                _changes[change.Topic] = Math.Max(change.Head, _changes.GetValueOrDefault(change.Topic));
            }
        }

        Wake();
    }

    /// <summary>What another process sent; null when it was this one.</summary>
    public IReadOnlyCollection<Change>? Read(string payload)
    {
        var notice = JsonSerializer.Deserialize<Notice>(payload)!;
        return notice.Sender == Sender
            ? null
            : [.. notice.Changes.Select(change => new Change(change.Key, change.Value))];
    }

    /// <summary>Sends what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        Wake();
        await _loop;
        _any.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stopping)
        {
            await _any.WaitAsync();
            var pause = await TrySendAsync() ? Period : PauseAfterFault;
            if (!_stopping)
            {
                await Task.Delay(pause);
            }
        }
    }

    private async Task<bool> TrySendAsync()
    {
        Dictionary<string, long> changes;
        lock (_gate)
        {
            (changes, _changes) = (_changes, new(StringComparer.Ordinal));
        }

        try
        {
            var payloads = Payloads(changes).Take(MaxPayloads + 1).ToList();
            if (payloads.Count > MaxPayloads)
            {
                payloads = [.. Payloads(new() { [""] = 0 })];
            }

            if (payloads.Count > 0)
            {
                await _database.RunAsync(
                    [
                        Statement.Relaxed(),
                        .. payloads.Select(text => Statement.Of("SELECT pg_notify($1, $2)").Add(Channel).Add(text)),
                    ],
                    CancellationToken.None
                );
            }

            return true;
        }
#pragma warning disable CA1031 // The database is away; the others are told later that they missed something.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NotSent(_logger, exception);
            Send([new("", 0)]);
            return false;
        }
    }

    private IEnumerable<string> Payloads(Dictionary<string, long> changes)
    {
        var (part, bytes) = (new Dictionary<string, long>(StringComparer.Ordinal), 0);
        foreach (var (topic, head) in changes)
        {
            // As JSON, whose escapes take six bytes for a character at most.
            var size = (6 * topic.Length) + 24;
            if (bytes + size > MaxBytes)
            {
                yield return JsonSerializer.Serialize(new Notice(Sender, part));
                (part, bytes) = (new(StringComparer.Ordinal), 0);
            }

            part.Add(topic, head);
            bytes += size;
        }

        if (part.Count > 0)
        {
            yield return JsonSerializer.Serialize(new Notice(Sender, part));
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (_any.CurrentCount == 0)
            {
                _any.Release();
            }
        }
    }

    private sealed record Notice(string Sender, Dictionary<string, long> Changes);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "Changes could not be told to other processes")]
    private static partial void NotSent(ILogger logger, Exception exception);
}
