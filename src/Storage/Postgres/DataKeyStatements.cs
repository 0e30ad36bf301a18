using Palisade.Storage.Keys;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Postgres;

/// <summary>Statements on data_key, and on what is left when one is destroyed: erased_key and erased_scope.</summary>
internal static class DataKeyStatements
{
    // A scope itself, and what is below it.
    private const string AtOrBelow = "(scope = $1 OR ($2 AND starts_with(scope, $1 || '/')))";

    public static Statement Find(string id) => Select("id").Add(id);

    /// <summary>The newest key of a scope.</summary>
    public static Statement Current(string scope) => Select("scope").Add(scope);

    /// <summary>Stores the key, unless its scope has one, or was erased whole.</summary>
    public static IReadOnlyList<Statement> Create(DataKey key, MasterKeyRing ring, DateTimeOffset now) =>
        [
            Locks.DataKeys(),
            Statement
                .Of(
                    """
                    INSERT INTO data_key (id, scope, master, wrapped, created)
                    SELECT $1, $2, $3, $4, $5
                    WHERE NOT EXISTS (SELECT 1 FROM data_key WHERE scope = $2)
                    AND NOT EXISTS (SELECT 1 FROM erased_scope WHERE scope = $2 OR starts_with($2, scope || '/'))
                    """
                )
                .Add(key.Id)
                .Add(key.Scope)
                .Add(ring.CurrentId)
                .AddBlob(key.Wrap(ring))
                .Add(now),
        ];

    /// <summary>Destroys the scope's keys.</summary>
    public static IEnumerable<Statement> Erase(KeyErasure erasure, DateTimeOffset now)
    {
        yield return Locks.DataKeys();
        if (erasure.Whole)
        {
            yield return Statement
                .Of("INSERT INTO erased_scope (scope, at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .Add(erasure.Scope)
                .Add(now);
        }

        yield return Statement
            .Of(
                $"""
                INSERT INTO erased_key (id, scope, at) SELECT id, scope, $3 FROM data_key WHERE {AtOrBelow}
                ON CONFLICT DO NOTHING
                """
            )
            .Add(erasure.Scope)
            .Add(erasure.Whole)
            .Add(now);
        yield return Statement.Of($"DELETE FROM data_key WHERE {AtOrBelow}").Add(erasure.Scope).Add(erasure.Whole);
    }

    /// <summary>
    /// Destroys again what is known to have been destroyed, and is here because an older backup was restored.
    /// </summary>
    public static IEnumerable<Statement> EraseAgain(ErasedKey erased, DateTimeOffset now) =>
        erased.Key is null
            ? Erase(new(erased.Scope, Whole: true), now)
            :
            [
                Locks.DataKeys(),
                Statement
                    .Of("INSERT INTO erased_key (id, scope, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                    .Add(erased.Key)
                    .Add(erased.Scope)
                    .Add(now),
                Statement.Of("DELETE FROM data_key WHERE id = $1").Add(erased.Key),
            ];

    /// <summary>Everything that was destroyed.</summary>
    public static Statement Erased() =>
        new("SELECT scope, NULL::text FROM erased_scope UNION ALL SELECT scope, id FROM erased_key");

    public static ErasedKey ReadErased(IRow row) => new(row.Text(0), row.TextOrNull(1));

    public static Statement Has(string scope) =>
        Statement.Of("SELECT 1 FROM data_key WHERE scope = $1 LIMIT 1").Add(scope);

    /// <summary>Scopes that have keys, from one on and before another.</summary>
    public static Statement Between(string from, string before) =>
        Statement
            .Of("SELECT DISTINCT scope FROM data_key WHERE scope >= $1 AND scope < $2 ORDER BY scope")
            .Add(from)
            .Add(before);

    public static Statement IsErased(string scope, string id) =>
        Statement.Of("SELECT 1 FROM erased_key WHERE id = $1 AND scope = $2").Add(id).Add(scope);

    private static Statement Select(string column) =>
        new($"SELECT id, scope, master, wrapped FROM data_key WHERE {column} = $1 ORDER BY created DESC, id LIMIT 1");
}
