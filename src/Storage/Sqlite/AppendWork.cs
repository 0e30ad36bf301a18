using System.Runtime.InteropServices;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Sqlite;

/// <summary>What the writer does for an append.</summary>
internal static class AppendWork
{
    public static AppendResult Run(WriteSession session, PreparedAppend prepared) =>
        Refusal(session, prepared) ?? Write(session, prepared);

    // INVARIANT: everything that can refuse is asked before anything is written, so a refused append leaves no trace in
    // its group.
    private static AppendResult? Refusal(WriteSession session, PreparedAppend prepared)
    {
        var append = prepared.Append;
        if (
            append.Idempotency is { } idempotency
            && FindAnswer(session.Connection, idempotency.Key, session.Now) is { } answer
        )
        {
            return new AlreadyDone(answer);
        }

        foreach (var fence in append.Fences)
        {
            if (!JobTable.IsCurrent(session.Connection, fence))
            {
                return new Fenced(fence.JobId);
            }
        }

        if (append.RetryJobs.FirstOrDefault(job => !JobTable.IsDead(session.Connection, append.Org, job)) is { } other)
        {
            return new Fenced(other);
        }

        foreach (var (stream, expected) in prepared.Expectations())
        {
            var head = session.Head(stream.Value).Seq;
            if (expected is not null && head != expected)
            {
                return new HeadMoved(stream, head);
            }
        }

        foreach (var limit in append.Limits)
        {
            if (ViewTable.Count(session.Connection, append.Org, limit.Kind, "") >= limit.Below)
            {
                return new LimitReached(limit.Kind);
            }
        }

        foreach (var limit in append.JobLimits)
        {
            if (JobTable.CountOpen(session.Connection, append.Org, limit.Kind) >= limit.Below)
            {
                return new LimitReached(limit.Kind);
            }
        }

        return null;
    }

    private static Appended Write(WriteSession session, PreparedAppend prepared)
    {
        var append = prepared.Append;
        var heads = prepared.Writes.Select(write => WriteStream(session, write)).ToArray();
        foreach (var view in append.Views)
        {
            ViewTable.Write(session.Connection, view);
        }

        foreach (var ticket in append.Tickets)
        {
            TicketTable.Write(session, ticket);
        }

        foreach (var erasure in append.Erasures)
        {
            session.EraseKeys();
            DataKeyTable.Erase(session.Connection, erasure, session.Now);
        }

        foreach (var fence in append.Fences.Where(fence => fence.Complete))
        {
            JobTable.Complete(session, fence);
        }

        foreach (var (job, json) in prepared.Jobs)
        {
            JobTable.Enqueue(session, job, json);
        }

        foreach (var job in append.CancelJobs)
        {
            JobTable.Cancel(session, append.Org, job);
        }

        foreach (var job in append.RetryJobs)
        {
            JobTable.Retry(session, job);
        }

        if (append.Idempotency is { } idempotency)
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

    private static StreamHead WriteStream(WriteSession session, PreparedWrite write)
    {
        var before = session.Head(write.Stream);
        var chain = write.After(before, session.Now);
        foreach (var entry in chain)
        {
            InsertEntry(session, write, entry);
        }

        var head = chain[^1].Head;
        SaveHead(session, write, before.Seq, head);
        session.MoveHead(write.Stream, head);
        return new(write.Write.Stream, head.Seq, ImmutableCollectionsMarshal.AsImmutableArray(head.Hash));
    }

    private static void SaveHead(WriteSession session, PreparedWrite write, long expected, Head head)
    {
        var changed =
            expected == 0
                ? session
                    .Prepare(
                        "INSERT INTO stream (id, org, kind, head, hash) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
                    )
                    .Add(write.Stream)
                    .Add(write.Org)
                    .Add(write.Write.Stream.Kind)
                    .Add(head.Seq)
                    .AddBlob(head.Hash)
                    .Run()
                : session
                    .Prepare("UPDATE stream SET head = ?, hash = ? WHERE id = ? AND head = ? AND org = ?")
                    .Add(head.Seq)
                    .AddBlob(head.Hash)
                    .Add(write.Stream)
                    .Add(expected)
                    .Add(write.Org)
                    .Run();

        // The heads held in memory said that it would; a stream that belongs to another organization ends here as well.
        if (changed != 1)
        {
            throw new InvalidOperationException(
                $"The head of {write.Stream} is not {expected}, or it is not of organization '{write.Org}'."
            );
        }
    }

    private static void InsertEntry(WriteSession session, PreparedWrite write, ChainedEntry entry)
    {
        var (draft, stream, org) = (entry.Draft, write.Stream, write.Org);
        session
            .Prepare(
                """
                INSERT INTO journal (stream, seq, org, at, actor_kind, actor, operation, resource_type, resource,
                    result, request_id, prev_hash, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
            )
            .Add(stream)
            .Add(entry.Seq)
            .Add(org)
            .Add(session.Now)
            .Add(draft.Caller.Principal.Kind.ToString())
            .Add(draft.Caller.Principal.Id)
            .Add(draft.Operation)
            .Add(draft.ResourceType)
            .Add(draft.Resource)
            .Add(EntryBody.Text(draft.Result))
            .Add(draft.Caller.RequestId)
            .AddBlob(entry.PreviousHash)
            .AddBlob(entry.Hash)
            .Run();
        session
            .Prepare("INSERT INTO journal_body (stream, seq, body) VALUES (?, ?, ?)")
            .Add(stream)
            .Add(entry.Seq)
            .AddUtf8(entry.Body)
            .Run();
        if (draft.DecisionId is { } decision)
        {
            // The first record is the decision's own; a later one only counts how often it was repeated.
            session
                .Prepare("INSERT INTO decision (org, id, stream, seq) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
                .Add(org)
                .Add(decision)
                .Add(stream)
                .Add(entry.Seq)
                .Run();
        }

        session
            .Prepare("INSERT INTO unsealed (org, n, stream, seq, hash) VALUES (?, ?, ?, ?, ?)")
            .Add(org)
            .Add(session.Await(org))
            .Add(stream)
            .Add(entry.Seq)
            .AddBlob(entry.Hash)
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
