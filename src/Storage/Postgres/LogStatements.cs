using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Postgres;

/// <summary>Statements on audit_log, unsealed, leaf, leaf_node and checkpoint.</summary>
internal static class LogStatements
{
    public static Statement Orgs() => new("SELECT org FROM audit_log ORDER BY org");

    public static Statement Find(string org) =>
        Statement.Of($"SELECT {LogRow.Columns} FROM audit_log WHERE org = $1").Add(org);

    public static Statement Create(string org) =>
        Statement
            .Of("INSERT INTO audit_log (org, origin, size, frontier) VALUES ($1, $2, 0, '') ON CONFLICT DO NOTHING")
            .Add(org)
            .Add(LogRow.NewOrigin(org));

    /// <summary>Numbers and hashes of the first entries that wait.</summary>
    public static Statement Waiting(string org, int limit) =>
        Statement.Of("SELECT n, hash FROM unsealed WHERE org = $1 ORDER BY n LIMIT $2").Add(org).Add(limit);

    /// <summary>All that a seal changes.</summary>
    public static IReadOnlyList<Statement> Seal(LogGrowth growth, long[] waiting, SignedNote note, DateTimeOffset now)
    {
        var org = growth.Log.Org;
        return
        [
            Statement
                .Of("SELECT grow_log($1, $2, $3, $4, $5, $6)")
                .Add(org)
                .Add(growth.Log.Size)
                .Add(growth.Frontier.Size)
                .AddBlob(LogRow.Bytes(growth.Frontier))
                .Add(waiting)
                .Add([.. growth.Leaves.Chunk(Merkle.HashBytes)]),
            Statement
                .Of(
                    """
                    INSERT INTO leaf_node (org, height, idx, hash)
                    SELECT $1, node.height, node.idx, node.hash
                    FROM unnest($2, $3, $4) AS node (height, idx, hash)
                    """
                )
                .Add(org)
                .Add([.. growth.Nodes.Select(kept => kept.Node.Height)])
                .Add([.. growth.Nodes.Select(kept => kept.Node.Index)])
                .Add([.. growth.Nodes.Select(kept => kept.Hash)]),
            Statement
                .Of("INSERT INTO checkpoint (org, size, root, note, at) VALUES ($1, $2, $3, $4, $5)")
                .Add(org)
                .Add(growth.Checkpoint.Size)
                .AddBlob(growth.Checkpoint.Root)
                .Add(note.ToString())
                .Add(now),
        ];
    }

    /// <summary>The newest checkpoint, or that of a size.</summary>
    public static Statement Checkpoint(string org, long? size) =>
        Statement
            .Of(
                $"""
                SELECT {CheckpointRow.Columns} FROM checkpoint
                WHERE org = $1 AND ($2 IS NULL OR size = $2) ORDER BY size DESC LIMIT 1
                """
            )
            .Add(org)
            .Add(size);

    public static Statement Notes(string org, long after, int limit) =>
        Statement
            .Of("SELECT size, note FROM checkpoint WHERE org = $1 AND size > $2 ORDER BY size LIMIT $3")
            .Add(org)
            .Add(after)
            .Add(limit);

    public static Statement Entries(string org, long from, int limit) =>
        Statement
            .Of(
                $"""
                SELECT {LogEntryRow.Columns} FROM leaf l {LogEntryRow.Entry}
                WHERE l.org = $1 AND l.idx >= $2 ORDER BY l.idx LIMIT $3
                """
            )
            .Add(org)
            .Add(from)
            .Add(limit);

    /// <summary>In the order of the indexes.</summary>
    public static Statement Entries(string org, long[] indexes) =>
        Statement
            .Of(
                $"""
                SELECT {LogEntryRow.Columns}
                FROM unnest($2) WITH ORDINALITY AS asked (idx, place)
                JOIN leaf l ON l.org = $1 AND l.idx = asked.idx {LogEntryRow.Entry} ORDER BY asked.place
                """
            )
            .Add(org)
            .Add(indexes);

    public static Statement IndexOf(string stream, long seq) =>
        Statement.Of("SELECT idx FROM leaf WHERE stream = $1 AND seq = $2").Add(stream).Add(seq);

    /// <summary>Rows of the place among those asked for and a hash, in both orders.</summary>
    public static Statement Hashes(string org, IReadOnlyList<KeptHashes> parts) =>
        Statement
            .Of(
                """
                SELECT part.place, kept.hash
                FROM unnest($2, $3, $4) WITH ORDINALITY AS part (height, first, past, place)
                CROSS JOIN LATERAL (
                    SELECT l.idx, l.hash FROM leaf l
                    WHERE part.height = 0 AND l.org = $1 AND l.idx >= part.first AND l.idx < part.past
                    UNION ALL
                    SELECT n.idx, n.hash FROM leaf_node n
                    WHERE part.height > 0 AND n.org = $1 AND n.height = part.height
                        AND n.idx >= part.first AND n.idx < part.past) kept
                ORDER BY part.place, kept.idx
                """
            )
            .Add(org)
            .Add([.. parts.Select(part => part.Height)])
            .Add([.. parts.Select(part => part.First)])
            .Add([.. parts.Select(part => part.End)]);
}
