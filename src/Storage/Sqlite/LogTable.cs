using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Sqlite;

/// <summary>A row of audit_log.</summary>
internal sealed record LogRow(LogHead Head, MerkleFrontier Frontier);

/// <summary>Rows of audit_log: how far each log is.</summary>
internal static class LogTable
{
    public static LogRow? Find(Connection connection, string org)
    {
        using var row = connection.Prepare("SELECT origin, size, frontier FROM audit_log WHERE org = ?").Add(org);
        return row.Step() ? Read(org, row.Text(0), row.Int64(1), row.Blob(2)) : null;
    }

    public static LogRow FindOrCreate(WriteSession session, string org, string id)
    {
        session
            .Prepare("INSERT INTO audit_log (org, origin, size, frontier) VALUES (?, ?, 0, x'') ON CONFLICT DO NOTHING")
            .Add(org)
            .Add($"palisade/{id}/{LogName.Of(org)}")
            .Run();
        return Find(session.Connection, org)!;
    }

    public static List<string> Orgs(Connection connection)
    {
        using var row = connection.Prepare("SELECT org FROM audit_log ORDER BY org");
        var orgs = new List<string>();
        while (row.Step())
        {
            orgs.Add(row.Text(0));
        }

        return orgs;
    }

    /// <summary>False when the log is not of that size any more.</summary>
    public static bool Grow(WriteSession session, LogHead before, MerkleFrontier after) =>
        session
            .Prepare("UPDATE audit_log SET size = ?, frontier = ? WHERE org = ? AND size = ?")
            .Add(after.Size)
            .AddBlob(after.Peaks.SelectMany(peak => peak).ToArray())
            .Add(before.Org)
            .Add(before.Size)
            .Run() == 1;

    private static LogRow Read(string org, string origin, long size, byte[] frontier) =>
        new(
            new(org, origin, size),
            MerkleFrontier.From(size, [.. frontier.Chunk(Merkle.HashBytes)])
                ?? throw new InvalidDataException($"The log of '{org}' has not the frontier of its size.")
        );
}
