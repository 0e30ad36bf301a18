using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Domain.Access;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Objects;
using Palisade.Storage.Operating;
using Palisade.Storage.Postgres;
using Palisade.Storage.Sqlite;

namespace Palisade.Storage.Moving;

/// <summary>
/// Moves all data of a stopped server from SQLite to an empty PostgreSQL database: journal, logs, jobs, keys and all
/// else, row by row as they are, in one transaction, and compared after it. Files are copied where their folders
/// differ.
/// The source is only read; at the end it is marked as moved.
/// </summary>
public sealed class StoreMove(
    SqliteStoreOptions from,
    PostgresStoreOptions to,
    string operatorName,
    ILoggerFactory loggers,
    Action<string> tell
)
{
    /// <summary>
    /// Throws <see cref="StoreUnusableException"/> with what a person can do when a server runs on the source, when its
    /// chains or logs don't hold, when the target has data of its own, or when either is of another version. Begun
    /// again after it was killed it starts anew, or finishes what was committed.
    /// </summary>
    public async Task<MoveReport> RunAsync(CancellationToken cancellationToken = default)
    {
        if (to.Problem() is { } problem)
        {
            throw new StoreUnusableException(problem);
        }

        using var source = MoveSource.Open(from);
        tell("Checking chains and logs of the source");
        if (await source.FindFaultAsync() is { } fault)
        {
            throw new StoreUnusableException(
                $"The data of {from.DataDirectory} is damaged, nothing was moved: {fault}."
            );
        }

        var digest = OperatorRecord.DigestOf(source.Heads());
        await PostgresStore.MigrateAsync(to, loggers, cancellationToken);
        var report = await TakeAsync(source, digest, cancellationToken);
        await RecordAsync(report, cancellationToken);
        new MovedMark(Place(), TimeProvider.System.GetUtcNow()).Write(from.DataDirectory);
        return report;
    }

    private async Task<MoveReport> TakeAsync(MoveSource source, string digest, CancellationToken cancellationToken)
    {
        await using var target = await MoveTarget.OpenAsync(to, cancellationToken);
        var rows = ImmutableSortedDictionary<string, long>.Empty.WithComparers(StringComparer.Ordinal);
        if (await target.FindFilledAsync(cancellationToken) is { } filled)
        {
            // Committed whole, and killed before it was recorded.
            return await target.HasMovedAsync(digest, RecordStream(digest), cancellationToken)
                ? new(rows, digest, 0)
                : throw new StoreUnusableException(
                    $"The database {Place()} has data of its own (its table {filled} has rows). Give an empty one."
                );
        }

        var files = CopyFiles(source, cancellationToken);
        foreach (var table in target.Tables)
        {
            rows = rows.Add(table.Name, await target.TakeAsync(source, table, cancellationToken));
            tell($"{table.Name}: {rows[table.Name]} rows");
        }

        await target.ContinueAsync(source.LastJob(), cancellationToken);
        await target.CommitAsync(cancellationToken);
        return new(rows, digest, files);
    }

    private int CopyFiles(MoveSource source, CancellationToken cancellationToken)
    {
        var keys = CopyKeys(source);
        var objects = IsSame(from.ObjectsPath, to.ObjectsDirectory)
            ? 0
            : FileCopy.CopyAll(
                from.ObjectsPath,
                to.ObjectsDirectory,
                source.ObjectFiles().Select(ObjectFolder.RelativePath),
                cancellationToken
            );
        var logs = IsSame(from.LogsPath, to.LogsDirectory)
            ? 0
            : FileCopy.CopyAll(from.LogsPath, to.LogsDirectory, FileCopy.Names(from.LogsPath), cancellationToken);
        tell($"Files: {keys + objects + logs} copied to other folders");
        return keys + objects + logs;
    }

    // A ring that is there may hold more than this one, but never another.
    private int CopyKeys(MoveSource source)
    {
        if (IsSame(from.KeysPath, to.KeysDirectory))
        {
            return 0;
        }

        var copied = 0;
        if (!MasterKeyRing.Exists(to.KeysDirectory))
        {
            PrivateFiles.CloseFolder(to.KeysDirectory);
            copied = FileCopy.CopyAll(from.KeysPath, to.KeysDirectory, [MasterKeyRing.FileName], default);
        }

        _ = MasterKeyCheck.IsNew(MasterKeyRing.Load(to.KeysDirectory), source.MasterKeys(), to.KeysDirectory);
        ErasureList.Add(to.KeysDirectory, ErasureList.Read(from.KeysPath));
        return copied;
    }

    private async Task RecordAsync(MoveReport report, CancellationToken cancellationToken)
    {
        await using var store = await PostgresStore.OpenAsync(to, null, loggers, cancellationToken);
        var record = new OperatorRecord(operatorName, Operations.InstallationMove, report.HeadsDigest[..12]);
        var details = OperatorRecord.Details(
            ("from", "sqlite"),
            ("to", "postgresql"),
            ("headsDigest", report.HeadsDigest)
        );
        // At head 0: the second one of a move that was finished twice is refused.
        await store.Journal.AppendAsync(record.In("", RecordStream(report.HeadsDigest), 0, details), cancellationToken);
    }

    private static StreamId RecordStream(string digest) => StreamId.Installation($"move-{digest[..16]}");

    private string Place()
    {
        var place = new NpgsqlConnectionStringBuilder(to.ConnectionString);
        return $"{place.Database} at {place.Host}";
    }

    private static bool IsSame(string one, string other) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(one))
        == Path.TrimEndingDirectorySeparator(Path.GetFullPath(other));
}
