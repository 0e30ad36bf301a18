using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Journal;

/// <summary>
/// An append, checked and serialized on its caller's thread, so that whatever commits it only puts seq, time and hashes
/// to it.
/// </summary>
/// <param name="Jobs">What <see cref="Append.Jobs"/> enqueues, each with its draft as stored.</param>
internal sealed record PreparedAppend(
    Append Append,
    ImmutableArray<PreparedWrite> Writes,
    ImmutableArray<(JobDraft Job, string Json)> Jobs
)
{
    public static async ValueTask<PreparedAppend> CreateAsync(
        Append append,
        EventCatalog events,
        PersonKeys people,
        CancellationToken cancellationToken
    )
    {
        AppendRules.Check(append);
        var writes = ImmutableArray.CreateBuilder<PreparedWrite>(append.Writes.Length);
        foreach (var write in append.Writes)
        {
            var (org, stream, ends) = (write.Org ?? append.Org, write.Stream.Value, new byte[write.Entries.Length][]);
            for (var i = 0; i < ends.Length; i++)
            {
                var entry = write.Entries[i];
                var key = await people.OfAsync(entry.Caller, org, cancellationToken);
                ends[i] = EntryBody.End(entry, events, stream, key);
            }

            writes.Add(new(write, org, EntryBody.Start(org, stream), ends));
        }

        var jobs = ImmutableArray.CreateBuilder<(JobDraft, string)>(append.Jobs.Length);
        foreach (var draft in append.Jobs)
        {
            var job = draft with { Trace = StoreTelemetry.Trace };
            var key = await people.OfAsync(job.Caller, job.Org, cancellationToken);
            jobs.Add((job, JobJson.Write(job, key)));
        }

        return new(append, writes.MoveToImmutable(), jobs.MoveToImmutable());
    }

    /// <summary>Every stream whose head it needs, with the head that it has to have; null: whatever it is.</summary>
    public IEnumerable<(StreamId Stream, long? Expected)> Expectations() =>
        Append
            .Guards.Select(guard => (guard.Stream, (long?)guard.Head))
            .Concat(Append.Writes.Select(write => (write.Stream, write.ExpectedHead)));
}

/// <summary>The entries of one stream, serialized but for seq and time.</summary>
internal sealed record PreparedWrite(StreamWrite Write, string Org, byte[] Start, byte[][] Ends)
{
    public string Stream => Write.Stream.Value;

    /// <summary>The entries at their places after a head.</summary>
    public ChainedEntry[] After(Head head, DateTimeOffset at)
    {
        var chain = new ChainedEntry[Ends.Length];
        var (seq, hash) = head.Seq == 0 ? (0, EntryBody.Genesis(Stream)) : (head.Seq, head.Hash);
        for (var i = 0; i < chain.Length; i++)
        {
            var body = EntryBody.Join(Start, ++seq, at, Ends[i]);
            chain[i] = new(Write.Entries[i], seq, hash, EntryBody.Hash(hash, body), body);
            hash = chain[i].Hash;
        }

        return chain;
    }
}

/// <summary>An entry at its place in its stream's chain.</summary>
internal readonly record struct ChainedEntry(EntryDraft Draft, long Seq, byte[] PreviousHash, byte[] Hash, byte[] Body)
{
    public Head Head => new(Seq, Hash);
}
