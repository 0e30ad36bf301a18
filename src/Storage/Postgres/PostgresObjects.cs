using System.Collections.Immutable;
using Npgsql;
using Palisade.Storage.Keys;
using Palisade.Storage.Objects;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresObjects(Database database, IDataKeys keys, ObjectFolder folder, TimeProvider clock)
    : FolderObjects(keys, folder)
{
    private const string Below = "org = $1 AND key >= $2 AND ($3 IS NULL OR key < $3)";

    public override async Task<ImmutableArray<ObjectInfo>> ListAsync(
        string org,
        string prefix,
        int limit,
        CancellationToken cancellationToken = default
    ) =>
        [
            .. await database.ReadAsync(
                InFolder($"SELECT {Columns} FROM object WHERE {Below} ORDER BY key LIMIT $4", org, prefix).Add(limit),
                Read,
                cancellationToken
            ),
        ];

    /// <summary>Names of all files that rows refer to.</summary>
    public static async Task<HashSet<string>> FilesAsync(Database database, CancellationToken cancellationToken) =>
        [.. await database.ReadAsync(new("SELECT file FROM object"), row => row.Text(0), cancellationToken)];

    /// <summary>Whether files go that no row names any more; while a backup is written they stay for a sweep.</summary>
    public static async Task<bool> MayDeleteAsync(Database database, CancellationToken cancellationToken) =>
        await database.FirstAsync(Locks.NoBackup(), row => row.Int64(0), cancellationToken) == 1;

    protected override async Task DropAsync(IReadOnlyList<string> files)
    {
        try
        {
            if (files.Count > 0 && await MayDeleteAsync(database, CancellationToken.None))
            {
                await base.DropAsync(files);
            }
        }
        catch (NpgsqlException)
        {
            // What was asked for is done; the files are swept later.
        }
    }

    protected override Task<long> UsedAsync(string org, string prefix, CancellationToken cancellationToken) =>
        database.FirstAsync(
            InFolder($"SELECT coalesce(sum(size), 0)::bigint FROM object WHERE {Below}", org, prefix),
            row => row.Int64(0),
            cancellationToken
        );

    protected override Task<StoredObject?> FindRowAsync(string org, string key, CancellationToken cancellationToken) =>
        database.FirstAsync(
            Statement.Of($"SELECT {Columns}, file FROM object WHERE org = $1 AND key = $2").Add(org).Add(key),
            row => new StoredObject(Read(row), row.Text(4)),
            cancellationToken
        );

    protected override async Task<(ObjectInfo Info, string? Replaced)> SaveAsync(
        string org,
        ObjectInfo info,
        string file,
        ObjectQuota? quota
    )
    {
        var saved = info with { Created = StoreTime.Now(clock) };
        try
        {
            var replaced = await database.AnnounceAsync(Save(org, saved, file, quota), CancellationToken.None);
            // When the answer was lost and it ran twice, what it replaced is itself.
            return (saved, replaced.FirstOrDefault(name => name != file));
        }
        catch (PostgresException exception) when (quota is not null && exception.SqlState == Fault.Limit)
        {
            throw new ObjectQuotaException(quota);
        }
    }

    protected override Task<string?> DeleteRowAsync(string org, string key, CancellationToken cancellationToken) =>
        database.FirstAsync(
            Statement.Of("DELETE FROM object WHERE org = $1 AND key = $2 RETURNING file").Add(org).Add(key),
            row => row.Text(0),
            cancellationToken
        );

    protected override Task<List<string>> DeleteRowsAsync(
        string org,
        string prefix,
        DateTimeOffset before,
        IReadOnlyCollection<string> keep,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync(
            InFolder(
                    $"DELETE FROM object WHERE {Below} AND created < $4 AND key <> ALL ($5) RETURNING file",
                    org,
                    prefix
                )
                .Add(before)
                .Add([.. keep]),
            row => row.Text(0),
            cancellationToken
        );

    // Those who put objects of one organization take turns for the moment of their row.
    private static List<Statement> Save(string org, ObjectInfo info, string file, ObjectQuota? quota)
    {
        var statements = new List<Statement> { Locks.Objects(org) };
        if (quota is not null)
        {
            statements.Add(
                InFolder(
                        $"""
                        SELECT refuse('{Fault.Limit}', $4) FROM (
                            SELECT coalesce(sum(size) FILTER (WHERE key <> $4), 0) AS used FROM object WHERE {Below}
                        ) AS others WHERE used + $5 > $6
                        """,
                        org,
                        quota.Prefix
                    )
                    .Add(info.Key)
                    .Add(info.Size)
                    .Add(quota.Bytes)
            );
        }

        statements.Add(
            Statement
                .Of($"SELECT file AS {Statement.Topic} FROM object WHERE org = $1 AND key = $2")
                .Add(org)
                .Add(info.Key)
        );
        statements.Add(
            Statement
                .Of(
                    """
                    INSERT INTO object (org, key, file, size, sha256, created) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (org, key) DO UPDATE SET
                        file = excluded.file, size = excluded.size, sha256 = excluded.sha256, created = excluded.created
                    """
                )
                .Add(org)
                .Add(info.Key)
                .Add(file)
                .Add(info.Size)
                .Add(info.Sha256)
                .Add(info.Created)
        );
        return statements;
    }

    private static Statement InFolder(string sql, string org, string prefix) =>
        Statement.Of(sql).Add(org).Add(prefix).Add(KeyRange.End(prefix));
}
