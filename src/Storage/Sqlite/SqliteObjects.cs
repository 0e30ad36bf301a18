using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Storage.Keys;
using Palisade.Storage.Objects;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteObjects(Writer writer, ReadPool readers, IDataKeys keys, ObjectFolder folder)
    : FolderObjects(keys, folder)
{
    public override Task<ImmutableArray<ObjectInfo>> ListAsync(
        string org,
        string prefix,
        int limit,
        CancellationToken cancellationToken = default
    ) =>
        readers.ReadAsync<ImmutableArray<ObjectInfo>>(
            db =>
            {
                using var row = db.Prepare(
                        $"""
                        SELECT {Columns} FROM object
                        WHERE org = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) ORDER BY key LIMIT ?4
                        """
                    )
                    .Add(org)
                    .Add(prefix)
                    .Add(KeyRange.End(prefix))
                    .Add(limit);
                var found = ImmutableArray.CreateBuilder<ObjectInfo>();
                while (row.Step())
                {
                    found.Add(Read(row));
                }

                return found.ToImmutable();
            },
            cancellationToken
        );

    /// <summary>Names of all files that rows refer to.</summary>
    public static HashSet<string> Files(Connection connection)
    {
        using var row = connection.Prepare("SELECT file FROM object");
        var files = new HashSet<string>(StringComparer.Ordinal);
        while (row.Step())
        {
            files.Add(row.Text(0));
        }

        return files;
    }

    protected override Task<long> UsedAsync(string org, string prefix, CancellationToken cancellationToken) =>
        readers.ReadAsync(db => Used(db, org, prefix), cancellationToken);

    protected override Task<StoredObject?> FindRowAsync(string org, string key, CancellationToken cancellationToken) =>
        readers.ReadAsync(db => Find(db, org, key), cancellationToken);

    protected override Task<(ObjectInfo Info, string? Replaced)> SaveAsync(
        string org,
        ObjectInfo info,
        string file,
        ObjectQuota? quota
    ) => writer.WriteAsync(session => Save(session, org, info with { Created = session.Now }, file, quota));

    protected override Task<string?> DeleteRowAsync(string org, string key, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            session =>
            {
                using var row = session
                    .Prepare("DELETE FROM object WHERE org = ? AND key = ? RETURNING file")
                    .Add(org)
                    .Add(key);
                return row.Step() ? row.Text(0) : null;
            },
            cancellationToken
        );

    protected override Task<List<string>> DeleteRowsAsync(
        string org,
        string prefix,
        DateTimeOffset before,
        IReadOnlyCollection<string> keep,
        CancellationToken cancellationToken
    ) =>
        writer.WriteAsync(
            session =>
            {
                using var row = session
                    .Prepare(
                        """
                        DELETE FROM object WHERE org = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) AND created < ?4
                        AND key NOT IN (SELECT value FROM json_each(?5)) RETURNING file
                        """
                    )
                    .Add(org)
                    .Add(prefix)
                    .Add(KeyRange.End(prefix))
                    .Add(before)
                    .Add(JsonSerializer.Serialize(keep));
                var deleted = new List<string>();
                while (row.Step())
                {
                    deleted.Add(row.Text(0));
                }

                return deleted;
            },
            cancellationToken
        );

    private static (ObjectInfo Info, string? Replaced) Save(
        WriteSession session,
        string org,
        ObjectInfo info,
        string name,
        ObjectQuota? quota
    )
    {
        var before = Find(session.Connection, org, info.Key);
        if (
            quota is not null
            && Used(session.Connection, org, quota.Prefix) - (before?.Info.Size ?? 0) + info.Size > quota.Bytes
        )
        {
            throw new ObjectQuotaException(quota);
        }

        session
            .Prepare("INSERT OR REPLACE INTO object (org, key, file, size, sha256, created) VALUES (?, ?, ?, ?, ?, ?)")
            .Add(org)
            .Add(info.Key)
            .Add(name)
            .Add(info.Size)
            .Add(info.Sha256)
            .Add(info.Created)
            .Run();
        return (info, before?.File);
    }

    private static long Used(Connection connection, string org, string prefix)
    {
        using var row = connection
            .Prepare(
                "SELECT coalesce(sum(size), 0) FROM object WHERE org = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3)"
            )
            .Add(org)
            .Add(prefix)
            .Add(KeyRange.End(prefix));
        return row.Step() ? row.Int64(0) : 0;
    }

    private static StoredObject? Find(Connection connection, string org, string key)
    {
        using var row = connection
            .Prepare($"SELECT {Columns}, file FROM object WHERE org = ? AND key = ?")
            .Add(org)
            .Add(key);
        return row.Step() ? new(Read(row), row.Text(4)) : null;
    }
}
