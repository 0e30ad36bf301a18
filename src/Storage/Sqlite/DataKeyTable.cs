using Palisade.Storage.Keys;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of data_key, and of what is left when one is destroyed: erased_key and erased_scope.</summary>
internal static class DataKeyTable
{
    // A scope itself, and what is below it.
    private const string AtOrBelow = "(scope = ?1 OR (?2 AND substr(scope, 1, length(?1) + 1) = ?1 || '/'))";

    /// <summary>The newest key of a scope.</summary>
    public static DataKey? Current(Connection connection, string scope, MasterKeyRing ring) =>
        Read(connection, "scope", scope, ring);

    public static DataKey? Find(Connection connection, string id, MasterKeyRing ring) =>
        Read(connection, "id", id, ring);

    public static DataKey Create(WriteSession session, string scope, MasterKeyRing ring)
    {
        var key = DataKey.Draw(scope);
        session
            .Prepare("INSERT INTO data_key (id, scope, master, wrapped, created) VALUES (?, ?, ?, ?, ?)")
            .Add(key.Id)
            .Add(scope)
            .Add(ring.CurrentId)
            .AddBlob(key.Wrap(ring))
            .Add(session.Now)
            .Run();
        return key;
    }

    /// <summary>Destroys the scope's keys. Their bytes are overwritten where they stood.</summary>
    public static void Erase(Connection connection, KeyErasure erasure, DateTimeOffset now)
    {
        if (erasure.Whole)
        {
            connection
                .Prepare("INSERT INTO erased_scope (scope, at) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .Add(erasure.Scope)
                .Add(now)
                .Run();
        }

        connection
            .Prepare(
                $"INSERT INTO erased_key (id, scope, at) SELECT id, scope, ?3 FROM data_key WHERE {AtOrBelow} ON CONFLICT DO NOTHING"
            )
            .Add(erasure.Scope)
            .Add(erasure.Whole ? 1 : 0)
            .Add(now)
            .Run();
        connection.DeleteSecurely(() =>
            connection
                .Prepare($"DELETE FROM data_key WHERE {AtOrBelow}")
                .Add(erasure.Scope)
                .Add(erasure.Whole ? 1 : 0)
                .Run()
        );
    }

    public static void Rewrite(Connection connection) => connection.Rewrite("data_key", "id");

    /// <summary>Everything that was destroyed.</summary>
    public static List<ErasedKey> Erased(Connection connection)
    {
        using var row = connection.Prepare(
            "SELECT scope, NULL FROM erased_scope UNION ALL SELECT scope, id FROM erased_key"
        );
        var erased = new List<ErasedKey>();
        while (row.Step())
        {
            erased.Add(new(row.Text(0), row.TextOrNull(1)));
        }

        return erased;
    }

    /// <summary>
    /// Destroys again what is known to have been destroyed, and is here because an older backup was restored; gives how
    /// many keys that were.
    /// </summary>
    public static int EraseAgain(Connection connection, HashSet<ErasedKey> known, DateTimeOffset now)
    {
        known.ExceptWith(Erased(connection));
        if (known.Count == 0)
        {
            return 0;
        }

        var before = Count(connection);
        connection.Execute("BEGIN IMMEDIATE");
        foreach (var erased in known)
        {
            if (erased.Key is null)
            {
                Erase(connection, new(erased.Scope, Whole: true), now);
                continue;
            }

            connection
                .Prepare("INSERT INTO erased_key (id, scope, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                .Add(erased.Key)
                .Add(erased.Scope)
                .Add(now)
                .Run();
            connection.DeleteSecurely(() =>
                connection.Prepare("DELETE FROM data_key WHERE id = ?").Add(erased.Key).Run()
            );
        }

        Rewrite(connection);
        connection.Execute("COMMIT");
        connection.Checkpoint();
        return before - Count(connection);
    }

    /// <summary>Scopes that have keys, from one on and before another.</summary>
    public static List<string> Between(Connection connection, string from, string before)
    {
        using var row = connection
            .Prepare("SELECT DISTINCT scope FROM data_key WHERE scope >= ? AND scope < ? ORDER BY scope")
            .Add(from)
            .Add(before);
        var scopes = new List<string>();
        while (row.Step())
        {
            scopes.Add(row.Text(0));
        }

        return scopes;
    }

    public static bool Has(Connection connection, string scope)
    {
        using var row = connection.Prepare("SELECT 1 FROM data_key WHERE scope = ? LIMIT 1").Add(scope);
        return row.Step();
    }

    public static bool IsErased(Connection connection, string scope, string id)
    {
        using var row = connection.Prepare("SELECT 1 FROM erased_key WHERE id = ? AND scope = ?").Add(id).Add(scope);
        return row.Step();
    }

    /// <summary>Whether no key is ever made there again: the scope was erased whole, or what it is below.</summary>
    public static bool IsEnded(Connection connection, string scope)
    {
        using var row = connection
            .Prepare(
                "SELECT 1 FROM erased_scope WHERE scope = ?1 OR substr(?1, 1, length(scope) + 1) = scope || '/' LIMIT 1"
            )
            .Add(scope);
        return row.Step();
    }

    private static int Count(Connection connection)
    {
        using var row = connection.Prepare("SELECT count(*) FROM data_key");
        row.Step();
        return row.Int32(0);
    }

    private static DataKey? Read(Connection connection, string column, string value, MasterKeyRing ring)
    {
        using var row = connection
            .Prepare(
                $"SELECT id, scope, master, wrapped FROM data_key WHERE {column} = ? ORDER BY created DESC, id LIMIT 1"
            )
            .Add(value);
        return row.Step() ? DataKey.Read(row, ring) : null;
    }
}
