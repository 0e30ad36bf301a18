using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Postgres;

/// <summary>Tells what was committed: this process at once, the others by <see cref="Notices"/>.</summary>
internal sealed class CommitNews(StreamHeads heads, DataKeyCache keys, ChangeFeed feed, JobSignal jobs, Notices notices)
{
    public void Publish(IReadOnlyList<PlannedAppend> appends, IReadOnlyList<string> topics)
    {
        var moved = new Dictionary<string, Head>(StringComparer.Ordinal);
        var waiting = new HashSet<string>(StringComparer.Ordinal);
        foreach (var placed in appends.SelectMany(planned => planned.Writes))
        {
            moved[placed.Write.Stream] = placed.After;
            waiting.Add(placed.Write.Org);
        }

        heads.Publish(moved);
        if (appends.Any(planned => !planned.Append.Erasures.IsEmpty))
        {
            keys.Clear();
            notices.Send([new(Notices.KeysErased, 0)]);
        }

        var changes = appends
            .SelectMany(planned => planned.Writes)
            .Select(placed => new Change(placed.Write.Stream, placed.After.Seq));
        // Once for a group of appends, however many they were.
        var unsealed = waiting.Select(org => new Change(IAuditLog.Topic("unsealed", org), 0));
        Publish([.. changes, .. topics.Select(topic => new Change(topic, 0)), .. unsealed]);
    }

    /// <summary>Changes that were committed outside appends.</summary>
    public void Publish(IReadOnlyCollection<Change> changes)
    {
        Hear(changes);
        notices.Send(changes);
    }

    /// <summary>Tells this process only.</summary>
    public void Hear(IReadOnlyCollection<Change> changes)
    {
        feed.Publish(changes);
        if (changes.Any(change => change.Topic.StartsWith(JobRows.Topic(""), StringComparison.Ordinal)))
        {
            jobs.Raise();
        }
    }

    /// <summary>What others told may have been missed: whoever waits looks again.</summary>
    public void LookAgain()
    {
        keys.Clear();
        feed.LookAgain();
        jobs.Raise();
    }
}
