using System.Collections.Immutable;
using Npgsql;

namespace Palisade.Storage.Moving;

/// <summary>What a column of a table holds, in both databases.</summary>
internal enum StoredKind
{
    Number,
    SmallNumber,
    Flag,
    Text,

    /// <summary>Text that comes from programs, which may hold what PostgreSQL can't: the character U+0000.</summary>
    Output,
    Bytes,
}

internal sealed record StoredColumn(string Name, StoredKind Kind);

/// <summary>A table that both databases have, as PostgreSQL's catalogue describes it.</summary>
/// <param name="Key">Names of the columns of its primary key, in order.</param>
internal sealed record StoredTable(string Name, ImmutableArray<StoredColumn> Columns, ImmutableArray<string> Key)
{
    // Of a database's own: its schema, who is alive on it, tries of the last minutes, and what the indexer makes again
    // from the journal.
    private const string Derived =
        "'migration', 'node', 'attempt', 'search_log', 'search_record', 'search_facet', 'search_actor'";

    private const string Catalogue = $"""
        SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
            coalesce(array_position(i.indkey::int2[], a.attnum), -1)::bigint
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ({Derived})
        ORDER BY c.relname NOT IN ('journal', 'leaf', 'master_key'), c.relname, a.attnum
        """;

    /// <summary>Those that others refer to come first.</summary>
    public static async Task<List<StoredTable>> AllAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Catalogue, target);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var columns = new List<(string Table, StoredColumn Column, long Place)>();
        while (await row.ReadAsync(cancellationToken))
        {
            var (table, name) = (row.GetString(0), row.GetString(1));
            columns.Add((table, new(name, KindOf(name, row.GetString(2))), row.GetInt64(3)));
        }

        return
        [
            .. columns
                .GroupBy(column => column.Table)
                .Select(table => new StoredTable(
                    table.Key,
                    [.. table.Select(column => column.Column)],
                    [
                        .. table
                            .Where(column => column.Place >= 0)
                            .OrderBy(column => column.Place)
                            .Select(column => column.Column.Name),
                    ]
                )),
        ];
    }

    public string Named(Func<StoredColumn, string> expression) => string.Join(", ", Columns.Select(expression));

    /// <summary>All rows in the order of their key, which is the same in both databases.</summary>
    /// <param name="expression">How the database reads a column.</param>
    public string Select(Func<StoredColumn, string> expression) =>
        $"SELECT {Named(expression)} FROM {Name} ORDER BY {string.Join(", ", Key)}";

    private static StoredKind KindOf(string name, string type) =>
        type switch
        {
            "bigint" => StoredKind.Number,
            "integer" => StoredKind.SmallNumber,
            "boolean" => StoredKind.Flag,
            "bytea" => StoredKind.Bytes,
            "text" => name is "progress" or "error" ? StoredKind.Output : StoredKind.Text,
            _ => throw new NotSupportedException($"Columns of type {type} are not moved."),
        };
}
