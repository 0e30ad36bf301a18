using System.Collections.Immutable;
using System.Text.Json;
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
    private readonly string _capabilities = JsonSerializer.Serialize(node.Capabilities);
    private readonly string _alive = JsonSerializer.Serialize(alive);
    private readonly List<(ClaimedJob Job, StoredDraft Draft)> _claimed = [];

    /// <summary>Organizations in the order in which they were served.</summary>
    public List<string> Served { get; } = [];

    public ImmutableArray<(ClaimedJob Job, StoredDraft Draft)> Take(int max)
    {
        var orgs = Orgs();
        var took = true;
        while (took && _claimed.Count < max)
        {
            took = false;
            foreach (var org in orgs.Where(_ => _claimed.Count < max))
            {
                if (TakeOne(org))
                {
                    took = true;
                    Served.Add(org);
                }
            }
        }

        return [.. _claimed];
    }

    // Who was served longest ago comes first; among those never served, the longest waiting.
    private List<string> Orgs()
    {
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
                .GroupBy(item => item.Org, StringComparer.Ordinal)
                .OrderBy(group => served.GetValueOrDefault(group.Key))
                .ThenBy(group => group.Min(item => item.Due))
                .Select(group => group.Key),
        ];
    }

    private bool TakeOne(string org)
    {
        var (n, draft) = FindAbandoned(org) ?? FindQueued(org) ?? default;
        if (draft is null)
        {
            return false;
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
        return true;
    }

    private (long N, string Draft)? FindAbandoned(string org)
    {
        using var row = session
            .Prepare(
                """
                SELECT n, draft FROM job WHERE status = 1 AND org = ? AND node NOT IN (SELECT value FROM json_each(?))
                AND (capability IS NULL OR cancel = 1 OR capability IN (SELECT value FROM json_each(?))) ORDER BY due,
                    n LIMIT 1
                """
            )
            .Add(org)
            .Add(_alive)
            .Add(_capabilities);
        return row.Step() ? (row.Int64(0), row.Text(1)) : null;
    }

    private (long N, string Draft)? FindQueued(string org)
    {
        using var row = session
            .Prepare(
                """
                SELECT n, draft FROM job AS job WHERE status = 0 AND org = ? AND due <= ?
                AND (capability IS NULL OR cancel = 1 OR capability IN (SELECT value FROM json_each(?)))
                AND NOT EXISTS (SELECT 1 FROM job AS other WHERE other.status = 1 AND other.kind = job.kind
                    AND other.stream = job.stream)
                ORDER BY due, n LIMIT 1
                """
            )
            .Add(org)
            .Add(session.Now)
            .Add(_capabilities);
        return row.Step() ? (row.Int64(0), row.Text(1)) : null;
    }
}
