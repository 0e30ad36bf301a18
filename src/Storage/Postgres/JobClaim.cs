using Palisade.Storage.Jobs;

namespace Palisade.Storage.Postgres;

/// <summary>A claim, in one statement.</summary>
internal static class JobClaim
{
    private const string IsFree = """
        due <= $2 AND (capability IS NULL OR cancel = 1 OR capability = ANY ((SELECT able FROM me)::text[]))
        AND NOT EXISTS (
            SELECT 1 FROM job AS other WHERE other.status = 1 AND other.kind = job.kind AND other.stream = job.stream)
        """;

    // INVARIANT: whoever waited for a row looks at it again before it takes it, so each condition is one of the row
    // itself.
    // Of each organization at most as many as are asked for are looked at; those that another claim has in hand are
    // left to it. A job's place is how many of its organization would run with it, on all nodes; equals go by turns.
    // What runs on this node without having been given to it is a claim whose answer was lost: it is given again, as a
    // new attempt.
    private const string Sql = $$"""
        WITH RECURSIVE alive AS (SELECT id, capabilities FROM node WHERE beat >= $3),
        me AS (SELECT coalesce((SELECT capabilities FROM alive WHERE id = $1), '{}') AS able),
        lost AS (
            SELECT n, org, attempt FROM job
            WHERE status = 1 AND (node NOT IN (SELECT id FROM alive)
                OR node = $1 AND NOT EXISTS (
                    SELECT 1 FROM unnest($4::text[], $5::integer[]) AS given (id, attempt)
                    WHERE given.id = job.id AND given.attempt = job.attempt))
            AND (capability IS NULL OR cancel = 1 OR capability = ANY ((SELECT able FROM me)::text[]))
        ),
        waiting (org) AS (
            (SELECT org FROM job WHERE status = 0 ORDER BY org LIMIT 1)
            UNION ALL
            SELECT (SELECT org FROM job WHERE status = 0 AND org > waiting.org ORDER BY org LIMIT 1) FROM waiting
                WHERE waiting.org IS NOT NULL
        ),
        orgs AS (SELECT org FROM waiting WHERE org IS NOT NULL UNION SELECT org FROM lost),
        able AS (
            SELECT found.* FROM orgs CROSS JOIN LATERAL (
                SELECT n, org, kind, stream, standing, status, due FROM job
                WHERE status = 1 AND org = orgs.org AND (n, attempt) IN (SELECT n, attempt FROM lost)
                ORDER BY due, n LIMIT $6 FOR NO KEY UPDATE SKIP LOCKED) AS found
            UNION ALL
            SELECT found.* FROM orgs CROSS JOIN LATERAL (
                SELECT n, org, kind, stream, standing, status, due FROM job
                WHERE status = 0 AND NOT standing AND org = orgs.org AND {{IsFree}}
                ORDER BY due, n LIMIT $6 FOR NO KEY UPDATE SKIP LOCKED) AS found
            UNION ALL
            SELECT * FROM (
                SELECT n, org, kind, stream, standing, status, due FROM job
                WHERE status = 0 AND standing AND {{IsFree}}
                ORDER BY due, n LIMIT $6 FOR NO KEY UPDATE SKIP LOCKED) AS found
        ),
        firsts AS (
            SELECT DISTINCT ON (kind, stream) n, org, standing, status, due FROM able
            ORDER BY kind, stream, status DESC, due, n
        ),
        busy AS (
            SELECT org, count(*) AS running, count(*) FILTER (WHERE node = $1) AS here FROM job
            WHERE status = 1 AND NOT standing AND NOT EXISTS (SELECT 1 FROM lost WHERE lost.n = job.n) GROUP BY org
        ),
        placed AS (
            SELECT n, org, min(due) OVER (PARTITION BY org) AS oldest,
                coalesce(busy.running, 0) + row_number() OVER within AS place,
                standing OR coalesce(busy.here, 0) + count(*) FILTER (WHERE NOT standing) OVER within <= $9 AS fits
            FROM firsts LEFT JOIN busy USING (org) WINDOW within AS (PARTITION BY org ORDER BY status DESC, due, n)
        ),
        chosen AS (
            SELECT n, row_number() OVER (ORDER BY place, coalesce(served.turn, 0), oldest, placed.org) AS turn
            FROM placed LEFT JOIN unnest($7::text[], $8::bigint[]) AS served (org, turn) ON served.org = placed.org
            WHERE fits ORDER BY turn LIMIT $6
        )
        UPDATE job SET status = 1, attempt = attempt + 1, node = $1, started = $2
        FROM chosen WHERE job.n = chosen.n AND EXISTS (SELECT 1 FROM alive WHERE id = $1)
        RETURNING job.draft, job.attempt, job.cancel, chosen.turn
        """;

    /// <param name="given">What runs there, as far as the node was told.</param>
    /// <param name="served">When each organization had its last turn.</param>
    public static Statement Of(
        string nodeId,
        int max,
        int maxOfOrg,
        IReadOnlyCollection<(string Id, int Attempt)> given,
        IReadOnlyDictionary<string, long> served,
        DateTimeOffset now
    ) =>
        Statement
            .Of(Sql)
            .Add(nodeId)
            .Add(now)
            .Add(now - NodeStatements.Lease)
            .Add(given.Select(job => job.Id).ToArray())
            .Add(given.Select(job => job.Attempt).ToArray())
            .Add(max)
            .Add(served.Keys.ToArray())
            .Add(served.Values.ToArray())
            .Add(maxOfOrg);

    public static (long Turn, StoredClaim Claim) Read(IRow row) =>
        (row.Int64(3), new(JobJson.Read(row.Text(0)), row.Int32(1), row.Int32(2) != 0));
}

/// <param name="Draft">Without what is personal of its caller.</param>
internal sealed record StoredClaim(StoredDraft Draft, int Attempt, bool Cancelled);
