using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>
/// The one database: what the ports promise, in a few lines and in memory. Each call is one transaction. Entries are
/// prepared, chained and checked by what the real databases use. A broken one overrides a step.
/// </summary>
internal partial class ModelDatabase(World world, TimeProvider clock, EventCatalog events)
{
    private readonly Dictionary<string, List<StoredEntry>> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Idempotency> _keys = new(StringComparer.Ordinal);
    private readonly PersonKeys _people = new(null!, clock);

    /// <summary>Of every commit, before anybody is told.</summary>
    public event Action<Append>? Committed;

    private DateTimeOffset Now => StoreTime.Now(clock);

    public IEnumerable<StreamId> Streams => _streams.Keys.Select(stream => new StreamId(stream));

    public virtual AppendResult Append(Append append)
    {
        // Done at once: nothing of the system's own is sealed.
        var prepared = PreparedAppend.CreateAsync(append, events, _people, default).AsTask().Result;
        var result = Refusal(prepared) ?? Write(prepared);
        world.Note($"append {append.Writes.FirstOrDefault()?.Stream} {result.GetType().Name}");
        return result;
    }

    public virtual string? FindAnswer(string key) =>
        _keys.TryGetValue(key, out var known) && known.Expires > Now ? known.Answer : null;

    public List<StoredEntry> Read(StreamId stream, long afterSeq) =>
        [.. EntriesOf(stream).Skip((int)afterSeq).Take(EntryPages.Size)];

    public IReadOnlyList<StoredEntry> All(StreamId stream) => EntriesOf(stream);

    public StreamHead Head(StreamId stream) =>
        EntriesOf(stream) is [.., var last] ? new(stream, last.Seq, last.Hash) : new(stream, 0, []);

    public ChainFault? Verify(StreamId stream)
    {
        var head = Head(stream);
        return EntryPages
            .VerifyAsync(stream, new(head.Head, [.. head.Hash]), after => Task.FromResult(Read(stream, after)))
            .Result;
    }

    private List<StoredEntry> EntriesOf(StreamId stream) => _streams.GetValueOrDefault(stream.Value, []);

    private AppendResult? Refusal(PreparedAppend prepared)
    {
        var append = prepared.Append;
        if (append.Idempotency is { } idempotency && FindAnswer(idempotency.Key) is { } answer)
        {
            return new AlreadyDone(answer);
        }

        if (append.Fences.FirstOrDefault(fence => !IsCurrent(fence)) is { } stale)
        {
            return new Fenced(stale.JobId);
        }

        if (append.RetryJobs.FirstOrDefault(id => !IsDead(append.Org, id)) is { } living)
        {
            return new Fenced(living);
        }

        foreach (var (stream, expected) in prepared.Expectations())
        {
            if (expected is not null && Head(stream).Head is var head && head != expected)
            {
                return new HeadMoved(stream, head);
            }
        }

        return null;
    }

    private Appended Write(PreparedAppend prepared)
    {
        var append = prepared.Append;
        foreach (var write in prepared.Writes)
        {
            var head = Head(write.Write.Stream);
            var chained = write.After(new(head.Head, [.. head.Hash]), Now).Select(entry => Stored(write, entry));
            _streams.TryAdd(write.Stream, []);
            _streams[write.Stream].AddRange(chained.ToList());
        }

        foreach (var fence in append.Fences.Where(fence => fence.Complete))
        {
            Finish(_jobs[fence.JobId], Storage.Jobs.JobStatus.Done);
        }

        foreach (var draft in append.Jobs)
        {
            Enqueue(draft);
        }

        foreach (var id in append.CancelJobs)
        {
            Cancel(append.Org, id);
        }

        foreach (var id in append.RetryJobs)
        {
            Retry(id);
        }

        if (append.Idempotency is { } idempotency)
        {
            _keys[idempotency.Key] = idempotency;
        }

        Committed?.Invoke(append);
        return new([.. append.Writes.Select(write => Head(write.Stream))], Now);
    }

    private StoredEntry Stored(PreparedWrite write, ChainedEntry entry)
    {
        var body = System.Text.Encoding.UTF8.GetString(entry.Body);
        using var json = System.Text.Json.JsonDocument.Parse(body);
        var draft = entry.Draft;
        return new()
        {
            Stream = write.Write.Stream,
            Seq = entry.Seq,
            Org = write.Org,
            At = Now,
            Actor = draft.Caller.Principal,
            Operation = draft.Operation,
            ResourceType = draft.ResourceType,
            Resource = draft.Resource,
            Result = draft.Result,
            RequestId = draft.Caller.RequestId,
            Body = body,
            PreviousHash = ImmutableArray.Create(entry.PreviousHash),
            Hash = ImmutableArray.Create(entry.Hash),
            Event = json.RootElement.TryGetProperty("event", out var stored) ? events.Read(stored) : null,
        };
    }
}
