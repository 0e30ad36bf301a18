using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Logs;
using Palisade.Storage.Objects;
using Palisade.Storage.Tickets;
using Palisade.Storage.Views;

namespace Palisade.Web.Tests.Fakes;

/// <summary>The world's rows as one store. A proxy, since no route here needs more than these of it.</summary>
public class FakeStore : DispatchProxy
{
    private readonly FakeJournal _journal = new();
    private World? _world;

    public static IStore Of(World world)
    {
        var store = Create<IStore, FakeStore>();
        ((FakeStore)(object)store)._world = world;
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod?.Name switch
        {
            "get_Journal" => _journal,
            "get_Views" => _world!.Views,
            "get_Tickets" => _world!.Tickets,
            var other => throw new NotSupportedException(other),
        };
}

public sealed class FakeViews : IViews
{
    private readonly ConcurrentDictionary<(string Org, string Kind, string Key), ViewRow> _rows = new();

    public void Put<T>(string org, string kind, string key, T row, string sort = "") =>
        _rows[(org, kind, key)] = new(key, sort, ViewJson.Write(row));

    public AppView? App(AppRef app) =>
        _rows.TryGetValue((app.Org, ViewKinds.App, $"{app.Rack.Rack}/{app.App}"), out var row)
            ? ViewJson.Read<AppView>(row.Json)
            : null;

    public Task<string?> GetAsync(string org, string kind, string key, CancellationToken cancellationToken = default) =>
        Task.FromResult(_rows.TryGetValue((org, kind, key), out var row) ? row.Json : null);

    public Task<ImmutableArray<ViewRow>> ListAsync(ViewQuery query, CancellationToken cancellationToken = default)
    {
        var found = _rows
            .Where(r =>
                r.Key.Org == query.Org
                && r.Key.Kind == query.Kind
                && r.Key.Key.StartsWith(query.KeyPrefix, StringComparison.Ordinal)
            )
            .Select(r => r.Value);
        var sorted = query.Descending
            ? found.OrderByDescending(r => r.Sort).ThenByDescending(r => r.Key)
            : found.OrderBy(r => r.Sort).ThenBy(r => r.Key);
        return Task.FromResult(sorted.Take(query.Limit).ToImmutableArray());
    }

    public Task<long> CountAsync(
        string org,
        string kind,
        string keyPrefix,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();
}

public sealed class FakeTickets : ITickets
{
    public ConcurrentDictionary<string, Ticket> Rows { get; } = new();

    /// <summary>What the store does when it is asked for one, in the place of telling its row.</summary>
    public ConcurrentDictionary<string, Task<Ticket?>> Broken { get; } = new();

    public Task<Ticket?> FindAsync(string hash, CancellationToken cancellationToken = default) =>
        Broken.GetValueOrDefault(hash) ?? Task.FromResult(Rows.GetValueOrDefault(hash));

    public Task<ImmutableArray<Ticket>> ListAsync(
        string subject,
        string? kind = null,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            Rows.Values.Where(t => t.Subject == subject && (kind is null || t.Kind == kind)).ToImmutableArray()
        );

    public void Touch(string hash, string ip, string client)
    {
        // Nothing is read back here.
    }

    public Task<int> SweepAsync(TimeSpan keep, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}

public sealed class FakeJournal : IJournal
{
    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<StoredEntry> ReadAsync(
        StreamId stream,
        long afterSeq,
        CancellationToken cancellationToken = default
    ) => AsyncEnumerable.Empty<StoredEntry>();

    public ValueTask<ImmutableArray<StreamHead>> HeadsAsync(
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromResult(streams.Select(s => new StreamHead(s, 7, [])).ToImmutableArray());

    public Task<StoredSnapshot?> ReadSnapshotAsync(
        StreamId stream,
        int schemaVersion,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task SaveSnapshotAsync(
        StreamId stream,
        StoredSnapshot snapshot,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<ChainFault?> VerifyAsync(StreamId stream, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<StoredEntry>> SearchAsync(
        EntryFilter filter,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(ImmutableArray<StoredEntry>.Empty);
}

public sealed class FakeObjects : IObjectStore
{
    public ConcurrentDictionary<(string Org, string Key), byte[]> Stored { get; } = new();

    public async Task<ObjectInfo> PutAsync(
        string org,
        string key,
        Stream content,
        ObjectLimits limits,
        CancellationToken cancellationToken = default
    )
    {
        using var copy = new MemoryStream();
        var buffer = new byte[8192];
        for (int count; (count = await content.ReadAsync(buffer, cancellationToken)) > 0; )
        {
            copy.Write(buffer, 0, count);
            if (copy.Length > limits.MaxBytes)
            {
                throw new ObjectTooLargeException(limits.MaxBytes);
            }
        }

        if (
            limits.Quota is { } quota
            && Stored
                .Where(o => o.Key.Org == org && o.Key.Key.StartsWith(quota.Prefix, StringComparison.Ordinal))
                .Sum(o => o.Value.Length) + copy.Length
                > quota.Bytes
        )
        {
            throw new ObjectQuotaException(quota);
        }

        Stored[(org, key)] = copy.ToArray();
        return Info(key, copy.ToArray());
    }

    /// <summary>Looked at before anything is opened.</summary>
    public Func<Task> Opening { get; set; } = () => Task.CompletedTask;

    public async Task<Stream?> OpenAsync(string org, string key, CancellationToken cancellationToken = default)
    {
        await Opening();
        return Stored.TryGetValue((org, key), out var bytes) ? new MemoryStream(bytes) : null;
    }

    public Task<ObjectInfo?> FindAsync(string org, string key, CancellationToken cancellationToken = default) =>
        Task.FromResult(Stored.TryGetValue((org, key), out var bytes) ? Info(key, bytes) : null);

    public Task<bool> DeleteAsync(string org, string key, CancellationToken cancellationToken = default) =>
        Task.FromResult(Stored.TryRemove((org, key), out _));

    public Task<int> DeleteOlderAsync(
        string org,
        string prefix,
        DateTimeOffset before,
        IReadOnlyCollection<string> keep,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<ImmutableArray<ObjectInfo>> ListAsync(
        string org,
        string prefix,
        int limit,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            Stored
                .Where(o => o.Key.Org == org && o.Key.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(o => Info(o.Key.Key, o.Value))
                .ToImmutableArray()
        );

    private static ObjectInfo Info(string key, byte[] bytes) => new(key, bytes.Length, "", DateTimeOffset.UnixEpoch);
}

public sealed class FakeLogs : ILogStore
{
    public ConcurrentDictionary<string, ImmutableArray<LogLine>> Lines { get; } = new();

    public ConcurrentQueue<(string Log, LogQuery Query)> Reads { get; } = new();

    public async IAsyncEnumerable<LogLine> ReadAsync(
        string log,
        LogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        Reads.Enqueue((log, query));
        foreach (var line in Lines.GetValueOrDefault(log, []))
        {
            yield return line;
        }

        if (query.Follow)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    public ValueTask AppendAsync(
        string log,
        ImmutableArray<LogLine> lines,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task FlushAsync(string log, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task TrimAsync(string log, TimeSpan maxAge, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task CompleteAsync(
        string log,
        ImmutableArray<LogLine> last,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<string?> CursorAsync(string log, string source, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task DeleteAsync(string log, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}

/// <summary>Allows all but what is named in <see cref="Denied"/>.</summary>
public sealed class FakeGate : IGate
{
    public ConcurrentDictionary<Operation, bool> Denied { get; } = new();

    public ConcurrentQueue<(Caller Caller, Operation Operation, Resource Resource)> Asked { get; } = new();

    public ValueTask<Result<Done>> AuthorizeAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    )
    {
        Asked.Enqueue((caller, operation, resource));
        return ValueTask.FromResult(
            Denied.ContainsKey(operation) || !resource.IsWellFormed
                ? Result.Fail<Done>(
                    new Forbidden("access.denied", $"you may not {operation.Name} on {resource.Display}")
                )
                : Result.Done
        );
    }

    public ValueTask<bool> AllowsAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromResult(!Denied.ContainsKey(operation));
}

public sealed class FakeRecorder : IRecorder
{
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(Caller Caller, Operation Operation, Outcome Outcome)> Records { get; } = new();

    /// <summary>The first record like that, as soon as there is one.</summary>
    public async Task<Outcome> FirstAsync(Operation operation, Func<Outcome, bool> like)
    {
        while (true)
        {
            var more = _more.Task;
            if (Records.FirstOrDefault(r => r.Operation == operation && like(r.Outcome)).Outcome is { } found)
            {
                return found;
            }

            await more.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public Task<string?> RecordAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        Outcome outcome,
        CancellationToken cancellationToken = default
    )
    {
        Records.Enqueue((caller, operation, outcome));
        Interlocked.Exchange(ref _more, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return Task.FromResult(outcome.DecisionId);
    }

    public Task<string?> FoldAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        Outcome outcome,
        CancellationToken cancellationToken = default
    ) => RecordAsync(caller, operation, resource, outcome, cancellationToken);

    public void Copy(Caller caller, Operation operation, Resource resource, Outcome outcome) { }

    public Task FlushAsync() => Task.CompletedTask;
}
