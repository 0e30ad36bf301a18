using System.Runtime.InteropServices;
using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// An append, checked and serialized on its caller's thread, so that the writer only puts seq, time and hashes to it.
/// </summary>
internal sealed class PreparedAppend
{
    private readonly List<(StreamWrite Write, byte[] Start, byte[][] Ends)> _writes = [];
    private readonly List<(JobDraft Job, string Json)> _jobs = [];
    private readonly Append _append;

    private PreparedAppend(Append append) => _append = append;

    public static async ValueTask<PreparedAppend> CreateAsync(
        Append append,
        EventCatalog events,
        PersonKeys people,
        CancellationToken cancellationToken
    )
    {
        AppendRules.Check(append);
        var prepared = new PreparedAppend(append);
        foreach (var write in append.Writes)
        {
            var (org, stream, ends) = (prepared.OrgOf(write), write.Stream.Value, new byte[write.Entries.Length][]);
            for (var i = 0; i < ends.Length; i++)
            {
                var entry = write.Entries[i];
                var key = await people.OfAsync(entry.Caller, org, cancellationToken);
                ends[i] = EntryBody.End(entry, events, stream, key);
            }

            prepared._writes.Add((write, EntryBody.Start(org, stream), ends));
        }

        foreach (var job in append.Jobs)
        {
            var key = await people.OfAsync(job.Caller, job.Org, cancellationToken);
            prepared._jobs.Add((job, JobJson.Write(job, key)));
        }

        return prepared;
    }

    public AppendResult Run(WriteSession session) => Refusal(session) ?? Write(session);

    // INVARIANT: everything that can refuse is asked before anything is written, so a refused append leaves no trace in
    // its group.
    private AppendResult? Refusal(WriteSession session)
    {
        if (
            _append.Idempotency is { } idempotency
            && FindAnswer(session.Connection, idempotency.Key, session.Now) is { } answer
        )
        {
            return new AlreadyDone(answer);
        }

        foreach (var fence in _append.Fences)
        {
            if (!JobTable.IsCurrent(session.Connection, fence))
            {
                return new Fenced(fence.JobId);
            }
        }

        foreach (
            var (stream, expected) in _append
                .Guards.Select(guard => (guard.Stream, (long?)guard.Head))
                .Concat(_append.Writes.Select(write => (write.Stream, write.ExpectedHead)))
        )
        {
            var head = session.Head(stream.Value).Seq;
            if (expected is not null && head != expected)
            {
                return new HeadMoved(stream, head);
            }
        }

        foreach (var limit in _append.Limits)
        {
            if (ViewTable.Count(session.Connection, _append.Org, limit.Kind, "") >= limit.Below)
            {
                return new LimitReached(limit.Kind);
            }
        }

        return null;
    }

    private Appended Write(WriteSession session)
    {
        var heads = _writes.Select(write => WriteStream(session, write.Write, write.Start, write.Ends)).ToArray();
        foreach (var view in _append.Views)
        {
            ViewTable.Write(session.Connection, view);
        }

        foreach (var ticket in _append.Tickets)
        {
            TicketTable.Write(session, ticket);
        }

        foreach (var erasure in _append.Erasures)
        {
            session.EraseKeys();
            DataKeyTable.Erase(session.Connection, erasure, session.Now);
        }

        foreach (var fence in _append.Fences.Where(fence => fence.Complete))
        {
            JobTable.Complete(session, fence);
        }

        foreach (var (job, json) in _jobs)
        {
            JobTable.Enqueue(session, job, json);
        }

        foreach (var job in _append.CancelJobs)
        {
            JobTable.Cancel(session, _append.Org, job);
        }

        if (_append.Idempotency is { } idempotency)
        {
            session
                .Prepare("INSERT OR REPLACE INTO idempotency (key, answer, expires) VALUES (?, ?, ?)")
                .Add(idempotency.Key)
                .Add(idempotency.Answer)
                .Add(idempotency.Expires)
                .Run();
        }

        return new([.. heads], session.Now);
    }

    private StreamHead WriteStream(WriteSession session, StreamWrite write, byte[] start, byte[][] ends)
    {
        var stream = write.Stream.Value;
        var before = session.Head(stream);
        var head = before.Seq == 0 ? before with { Hash = EntryBody.Genesis(stream) } : before;
        for (var i = 0; i < ends.Length; i++)
        {
            var body = EntryBody.Join(start, head.Seq + 1, session.Now, ends[i]);
            var next = new Head(head.Seq + 1, EntryBody.Hash(head.Hash, body));
            InsertEntry(session, write, i, head, next, body);
            head = next;
        }

        SaveHead(session, write, before.Seq, head);
        session.MoveHead(stream, head);
        return new(write.Stream, head.Seq, ImmutableCollectionsMarshal.AsImmutableArray(head.Hash));
    }

    private string OrgOf(StreamWrite write) => write.Org ?? _append.Org;

    private void SaveHead(WriteSession session, StreamWrite write, long expected, Head head)
    {
        var (stream, org) = (write.Stream, OrgOf(write));
        var changed =
            expected == 0
                ? session
                    .Prepare(
                        "INSERT INTO stream (id, org, kind, head, hash) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
                    )
                    .Add(stream.Value)
                    .Add(org)
                    .Add(stream.Kind)
                    .Add(head.Seq)
                    .AddBlob(head.Hash)
                    .Run()
                : session
                    .Prepare("UPDATE stream SET head = ?, hash = ? WHERE id = ? AND head = ? AND org = ?")
                    .Add(head.Seq)
                    .AddBlob(head.Hash)
                    .Add(stream.Value)
                    .Add(expected)
                    .Add(org)
                    .Run();

        // The heads held in memory said that it would; a stream that belongs to another organization ends here as well.
        if (changed != 1)
        {
            throw new InvalidOperationException(
                $"The head of {stream} is not {expected}, or it is not of organization '{org}'."
            );
        }
    }

    private void InsertEntry(WriteSession session, StreamWrite write, int index, Head before, Head head, byte[] body)
    {
        var (entry, stream, org) = (write.Entries[index], write.Stream.Value, OrgOf(write));
        session
            .Prepare(
                """
                INSERT INTO journal (stream, seq, org, at, actor_kind, actor, operation, resource_type, resource,
                    result, request_id, prev_hash, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
            )
            .Add(stream)
            .Add(head.Seq)
            .Add(org)
            .Add(session.Now)
            .Add(entry.Caller.Principal.Kind.ToString())
            .Add(entry.Caller.Principal.Id)
            .Add(entry.Operation)
            .Add(entry.ResourceType)
            .Add(entry.Resource)
            .Add(EntryBody.Text(entry.Result))
            .Add(entry.Caller.RequestId)
            .AddBlob(before.Hash)
            .AddBlob(head.Hash)
            .Run();
        session
            .Prepare("INSERT INTO journal_body (stream, seq, body) VALUES (?, ?, ?)")
            .Add(stream)
            .Add(head.Seq)
            .AddUtf8(body)
            .Run();
        if (entry.DecisionId is { } decision)
        {
            // The first record is the decision's own; a later one only counts how often it was repeated.
            session
                .Prepare("INSERT INTO decision (org, id, stream, seq) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
                .Add(org)
                .Add(decision)
                .Add(stream)
                .Add(head.Seq)
                .Run();
        }

        session
            .Prepare("INSERT INTO unsealed (org, n, stream, seq, hash) VALUES (?, ?, ?, ?, ?)")
            .Add(org)
            .Add(session.Await(org))
            .Add(stream)
            .Add(head.Seq)
            .AddBlob(head.Hash)
            .Run();
    }

    public static string? FindAnswer(Connection connection, string key, DateTimeOffset now)
    {
        using var statement = connection
            .Prepare("SELECT answer FROM idempotency WHERE key = ? AND expires > ?")
            .Add(key)
            .Add(now);
        return statement.Step() ? statement.Text(0) : null;
    }
}
