using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// One claim inside the writer's transaction. Claims are serial, so "never two of one (kind, stream)" is a plain
/// question.
/// </summary>
internal sealed class JobClaim(
    WriteSession session,
    NodeInfo node,
    IReadOnlyCollection<string> alive,
    IReadOnlyDictionary<string, long> served
)
{
    private const string IsStanding = "coalesce(json_extract(draft, '$.draft.standing'), 0)";

    private readonly string _capabilities = JsonSerializer.Serialize(node.Capabilities);
    private readonly string _alive = JsonSerializer.Serialize(alive);
    private readonly List<(ClaimedJob Job, StoredDraft Draft)> _claimed = [];

    /// <summary>Organizations in the order in which they were served.</summary>
    public List<string> Served { get; } = [];

    public ImmutableArray<(ClaimedJob Job, StoredDraft Draft)> Take(int max, int maxOfOrg)
    {
        var orgs = Orgs();
        while (_claimed.Count < max && orgs.MinBy(org => (org.Running, org.Turn, org.Due)) is { } next)
        {
            if (TakeOne(next.Name, standingOnly: next.Here >= maxOfOrg) is not { } taken)
            {
                orgs.Remove(next);
                continue;
            }

            Served.Add(next.Name);
            next.Turn = long.MaxValue - max + Served.Count;
            if (!taken.Standing)
            {
                next.Running++;
                next.Here++;
            }
        }

        return [.. _claimed];
    }

    private List<WaitingOrg> Orgs()
    {
        var running = Running();
        using var rows = session
            .Prepare(
                """
                WITH RECURSIVE waiting(org) AS (
                    SELECT min(org) FROM job WHERE status = 0
                    UNION ALL
                    SELECT (SELECT min(org) FROM job WHERE status = 0 AND org > waiting.org) FROM waiting
                        WHERE waiting.org IS NOT NULL)
                SELECT org, (SELECT min(due) FROM job WHERE status = 0 AND org = waiting.org) FROM waiting
                    WHERE org IS NOT NULL
                UNION
                SELECT org, min(due) FROM job WHERE status = 1 AND node NOT IN (SELECT value FROM json_each(?))
                    GROUP BY org
                """
            )
            .Add(_alive);
        var found = new List<(string Org, long Due)>();
        while (rows.Step())
        {
            found.Add((rows.Text(0), rows.Int64(1)));
        }

        return
        [
            .. found
                .GroupBy(item => item.Org, item => item.Due, StringComparer.Ordinal)
                .Select(group => new WaitingOrg(group.Key, group.Min())
                {
                    Running = running.GetValueOrDefault(group.Key).All,
                    Here = running.GetValueOrDefault(group.Key).Here,
                    Turn = served.GetValueOrDefault(group.Key),
                }),
        ];
    }

    /// <summary>How many run of each organization, on all nodes and on this one.</summary>
    private Dictionary<string, (long All, long Here)> Running()
    {
        using var rows = session
            .Prepare(
                $"""
                SELECT org, count(*), sum(node = ?) FROM job
                WHERE status = 1 AND node IN (SELECT value FROM json_each(?)) AND NOT {IsStanding} GROUP BY org
                """
            )
            .Add(node.Id)
            .Add(_alive);
        var running = new Dictionary<string, (long All, long Here)>(StringComparer.Ordinal);
        while (rows.Step())
        {
            running.Add(rows.Text(0), (rows.Int64(1), rows.Int64(2)));
        }

        return running;
    }

    /// <summary>Null when there is none.</summary>
    private JobDraft? TakeOne(string org, bool standingOnly)
    {
        var (n, draft) = FindAbandoned(org, standingOnly) ?? FindQueued(org, standingOnly) ?? default;
        if (draft is null)
        {
            return null;
        }

        int attempt;
        bool cancelled;
        using (
            var row = session
                .Prepare(
                    "UPDATE job SET status = 1, attempt = attempt + 1, node = ?, started = ? WHERE n = ? RETURNING attempt, cancel"
                )
                .Add(node.Id)
                .Add(session.Now)
                .Add(n)
        )
        {
            row.Step();
            (attempt, cancelled) = (row.Int32(0), row.Int32(1) != 0);
        }

        var stored = JobJson.Read(draft);
        _claimed.Add((new(stored.Draft, attempt) { CancelRequested = cancelled }, stored));
        session.Notify(JobRows.Topic(stored.Draft.Stream));
        return stored.Draft;
    }

    private (long N, string Draft)? FindAbandoned(string org, bool standingOnly)
    {
        using var row = session
            .Prepare(
                $"""
                SELECT n, draft FROM job WHERE status = 1 AND org = ? AND node NOT IN (SELECT value FROM json_each(?))
                AND (? = 0 OR {IsStanding})
                AND (capability IS NULL OR cancel = 1 OR capability IN (SELECT value FROM json_each(?))) ORDER BY due,
                    n LIMIT 1
                """
            )
            .Add(org)
            .Add(_alive)
            .Add(standingOnly ? 1 : 0)
            .Add(_capabilities);
        return row.Step() ? (row.Int64(0), row.Text(1)) : null;
    }

    private (long N, string Draft)? FindQueued(string org, bool standingOnly)
    {
        using var row = session
            .Prepare(
                $"""
                SELECT n, draft FROM job AS job WHERE status = 0 AND org = ? AND due <= ?
                AND (? = 0 OR {IsStanding})
                AND (capability IS NULL OR cancel = 1 OR capability IN (SELECT value FROM json_each(?)))
                AND NOT EXISTS (SELECT 1 FROM job AS other WHERE other.status = 1 AND other.kind = job.kind
                    AND other.stream = job.stream)
                ORDER BY due, n LIMIT 1
                """
            )
            .Add(org)
            .Add(session.Now)
            .Add(standingOnly ? 1 : 0)
            .Add(_capabilities);
        return row.Step() ? (row.Int64(0), row.Text(1)) : null;
    }

    private sealed class WaitingOrg(string name, long due)
    {
        public string Name => name;

        /// <summary>When its longest waiting job was due.</summary>
        public long Due => due;

        public long Running { get; set; }

        public long Here { get; set; }

        /// <summary>When it was served last.</summary>
        public long Turn { get; set; }
    }
}
