using Palisade.Storage.Jobs;

namespace Palisade.Storage.Postgres;

/// <summary>Statements on node: who is alive.</summary>
internal static class NodeStatements
{
    /// <summary>A lease ends this long after the last heartbeat (architecture.md, idea 4).</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    public static Statement Register(NodeInfo node, DateTimeOffset now) =>
        Statement
            .Of("INSERT INTO node (id, url, capabilities, beat) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .Add(node.Id)
            .Add(node.Url)
            .Add([.. node.Capabilities])
            .Add(now);

    /// <summary>Drops those that have been gone for long.</summary>
    public static Statement Sweep(DateTimeOffset now) =>
        Statement.Of("DELETE FROM node WHERE beat < $1").Add(now - Forgotten);

    /// <summary>Changes nothing when the lease has ended.</summary>
    public static Statement Beat(string id, DateTimeOffset now) =>
        Statement.Of("UPDATE node SET beat = $2 WHERE id = $1 AND beat >= $3").Add(id).Add(now).Add(now - Lease);

    /// <summary>Those that are alive and can do something, the one heard of last first.</summary>
    public static Statement Able(string capability, DateTimeOffset now) =>
        Statement
            .Of("SELECT id, url FROM node WHERE beat >= $1 AND $2 = ANY (capabilities) ORDER BY beat DESC LIMIT 1")
            .Add(now - Lease)
            .Add(capability);

    /// <summary>Those whose leases have ended.</summary>
    public static Statement Gone(DateTimeOffset now) =>
        Statement.Of("SELECT id FROM node WHERE beat < $1").Add(now - Lease);

    /// <summary>When the next lease ends unless renewed.</summary>
    public static Statement FirstBeat(DateTimeOffset now) =>
        Statement.Of("SELECT min(beat) FROM node WHERE beat >= $1").Add(now - Lease);
}
