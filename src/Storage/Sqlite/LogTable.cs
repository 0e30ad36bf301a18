using Palisade.Storage.Audit;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of audit_log: how far each log is.</summary>
internal static class LogTable
{
    public static LogRow? Find(Connection connection, string org)
    {
        using var row = connection.Prepare($"SELECT {LogRow.Columns} FROM audit_log WHERE org = ?").Add(org);
        return row.Step() ? LogRow.Read(row) : null;
    }

    public static LogRow FindOrCreate(WriteSession session, string org)
    {
        session
            .Prepare("INSERT INTO audit_log (org, origin, size, frontier) VALUES (?, ?, 0, x'') ON CONFLICT DO NOTHING")
            .Add(org)
            .Add(LogRow.NewOrigin(org))
            .Run();
        return Find(session.Connection, org)!;
    }

    public static List<string> Orgs(Connection connection) =>
        connection.Prepare("SELECT org FROM audit_log ORDER BY org").All(row => row.Text(0));

    /// <summary>False when the log is not of that size any more.</summary>
    public static bool Grow(WriteSession session, LogGrowth growth) =>
        session
            .Prepare("UPDATE audit_log SET size = ?, frontier = ? WHERE org = ? AND size = ?")
            .Add(growth.Frontier.Size)
            .AddBlob(LogRow.Bytes(growth.Frontier))
            .Add(growth.Log.Org)
            .Add(growth.Log.Size)
            .Run() == 1;
}
