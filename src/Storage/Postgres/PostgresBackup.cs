using System.Data;
using Npgsql;
using Palisade.Storage.Logs;
using Palisade.Storage.Objects;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Copies a store while servers use it: log files of this node first, as in the embedded store; then the database as
/// one snapshot sees it, by <c>pg_dump</c>; then the objects that this snapshot refers to, which no node deletes
/// meanwhile (<see cref="Locks.Backup"/>).
/// </summary>
internal static class PostgresBackup
{
    public const string DumpName = "palisade.dump";

    public static async Task RunAsync(
        string folder,
        PostgresStoreOptions options,
        FileLogStore logs,
        BackupNote note,
        CancellationToken cancellationToken
    )
    {
        BackupNote.Begin(folder);
        await logs.FlushAllAsync(cancellationToken);
        var logFiles = FileCopy.CopyLive(options.LogsDirectory, Path.Combine(folder, "logs"), cancellationToken);
        await using var source = options.Owner();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await Locks.Backup().RunAsync(connection, cancellationToken);
        await using var moment = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            cancellationToken
        );
        var snapshot = await TextsAsync(connection, "SELECT pg_export_snapshot()", cancellationToken);
        var objects = await TextsAsync(connection, "SELECT file FROM object ORDER BY file", cancellationToken);
        var dump = Path.Combine(folder, DumpName);
        PrivateFiles.Create(dump).Dispose();
        await PostgresTool.RunAsync(
            "pg_dump",
            [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                // Who is alive is not of the data.
                "--exclude-table-data=node",
                $"--snapshot={snapshot[0]}",
                $"--file={dump}",
            ],
            options,
            connection,
            cancellationToken
        );
        foreach (var name in objects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = ObjectFolder.RelativePath(name);
            FileCopy.Copy(Path.Combine(options.ObjectsDirectory, path), Path.Combine(folder, "objects", path));
        }

        // The lock was held until here, or this fails.
        await moment.CommitAsync(cancellationToken);
        (note with { Objects = objects.Count, LogFiles = logFiles }).Write(folder);
    }

    private static async Task<List<string>> TextsAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }
}
