using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Storage.Keys;
using Palisade.Storage.Objects;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteObjects(Writer writer, ReadPool readers, IDataKeys keys, ObjectFolder folder) : IObjectStore
{
    public async Task<ObjectInfo> PutAsync(
        string org,
        string key,
        Stream content,
        ObjectLimits limits,
        CancellationToken cancellationToken = default
    )
    {
        ObjectKeys.Check(key);
        if (
            limits.Quota is { } quota
            && await readers.ReadAsync(db => Used(db, org, quota.Prefix), cancellationToken) >= quota.Bytes
        )
        {
            throw new ObjectQuotaException(quota);
        }

        var dataKey = await keys.CurrentAsync(Scopes.Org(org), cancellationToken);
        var (name, size, sha256) = await folder.WriteAsync(
            content,
            dataKey,
            Place(org, key),
            limits.MaxBytes,
            cancellationToken
        );
        try
        {
            // From here on a client's cancellation no longer counts: the bytes are there and the row is one commit
            // away.
            var (info, replaced) = await writer.WriteAsync(
                session => Save(session, org, new(key, size, sha256, session.Now), name, limits.Quota),
                CancellationToken.None
            );
            if (replaced is not null)
            {
                folder.Delete(replaced);
            }

            return info;
        }
        catch
        {
            folder.Delete(name);
            throw;
        }
    }

    public async Task<Stream?> OpenAsync(string org, string key, CancellationToken cancellationToken = default)
    {
        ObjectKeys.Check(key);
        while (await readers.ReadAsync(db => Find(db, org, key), cancellationToken) is var (_, name))
        {
            FileStream file;
            try
            {
                file = new(
                    folder.PathOf(name),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    1,
                    useAsync: true
                );
            }
            catch (FileNotFoundException)
            {
                if (await readers.ReadAsync(db => Find(db, org, key), cancellationToken) is var (_, now) && now == name)
                {
                    throw;
                }

                // Replaced or deleted between the two reads.
                continue;
            }

            try
            {
                var (keyId, salt) = await SealedFile.ReadHeaderAsync(file, cancellationToken);
                var dataKey =
                    await keys.FindAsync(Scopes.Org(org), keyId, cancellationToken)
                    ?? throw new InvalidDataException("The sealed object names a key of another place.");
                return new SealedFileStream(file, SealedFile.FileKey(dataKey, salt, Place(org, key)));
            }
            catch
            {
                await file.DisposeAsync();
                throw;
            }
        }

        return null;
    }

    public async Task<ObjectInfo?> FindAsync(string org, string key, CancellationToken cancellationToken = default)
    {
        ObjectKeys.Check(key);
        return (await readers.ReadAsync(db => Find(db, org, key), cancellationToken))?.Info;
    }

    public async Task<bool> DeleteAsync(string org, string key, CancellationToken cancellationToken = default)
    {
        ObjectKeys.Check(key);
        var name = await writer.WriteAsync(
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
        if (name is not null)
        {
            folder.Delete(name);
        }

        return name is not null;
    }

    public async Task<int> DeleteOlderAsync(
        string org,
        string prefix,
        DateTimeOffset before,
        IReadOnlyCollection<string> keep,
        CancellationToken cancellationToken = default
    )
    {
        var kept = JsonSerializer.Serialize(keep);
        var names = await writer.WriteAsync(
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
                    .Add(kept);
                var deleted = new List<string>();
                while (row.Step())
                {
                    deleted.Add(row.Text(0));
                }

                return deleted;
            },
            cancellationToken
        );
        // A kill in between leaves files that no row names: the next start removes them.
        names.ForEach(folder.Delete);
        return names.Count;
    }

    public async Task<ImmutableArray<ObjectInfo>> ListAsync(
        string org,
        string prefix,
        int limit,
        CancellationToken cancellationToken = default
    ) =>
        await readers.ReadAsync<ImmutableArray<ObjectInfo>>(
            db =>
            {
                using var row = db.Prepare(
                        """
                        SELECT key, size, sha256, created FROM object
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

    // Binds the bytes to their name: a file moved under another key does not open.
    private static string Place(string org, string key) => $"{org}\n{key}";

    /// <summary>
    /// Looked at within the transaction, so that uploads beside each other don't pass the quota together.
    /// </summary>
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

        var replaced = before?.File;
        session
            .Prepare("INSERT OR REPLACE INTO object (org, key, file, size, sha256, created) VALUES (?, ?, ?, ?, ?, ?)")
            .Add(org)
            .Add(info.Key)
            .Add(name)
            .Add(info.Size)
            .Add(info.Sha256)
            .Add(info.Created)
            .Run();
        return (info, replaced);
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

    private static (ObjectInfo Info, string File)? Find(Connection connection, string org, string key)
    {
        using var row = connection
            .Prepare("SELECT key, size, sha256, created, file FROM object WHERE org = ? AND key = ?")
            .Add(org)
            .Add(key);
        return row.Step() ? (Read(row), row.Text(4)) : null;
    }

    private static ObjectInfo Read(Statement row) => new(row.Text(0), row.Int64(1), row.Text(2), row.Time(3));
}
