using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Palisade.Bench;

/// <summary>
/// What one would write without a store: the journal's tables with their indexes and triggers, and a commit for each
/// record, from any number of callers on the one connection that SQLite lets write.
/// </summary>
internal sealed class PlainJournal : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("palisade-bench-");
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly string[] _streams = [.. Enumerable.Range(0, 256).Select(i => $"app/main/local/bench{i}")];
    private long _seq;

    private PlainJournal(string database, string operation)
    {
        _connection = new($"Data Source={Path.Combine(_folder.FullName, "plain.db")};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        using var product = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        product.Open();
        foreach (
            var sql in Strings(
                product,
                "SELECT sql FROM sqlite_schema WHERE tbl_name IN ('journal', 'journal_body', 'unsealed') AND sql IS NOT NULL ORDER BY type = 'table' DESC"
            )
        )
        {
            Execute(sql);
        }

        var body = Strings(product, $"SELECT body FROM journal_body WHERE body LIKE '%{operation}%' LIMIT 1")[0];
        _insert = _connection.CreateCommand();
        _insert.CommandText = """
            INSERT INTO journal (stream, seq, org, at, actor_kind, actor, operation, resource_type, resource, result,
                request_id, prev_hash, hash)
            VALUES ($stream, $seq, 'acme', $seq, 'User', 'u0123456789', 'app.env.set', 'Application', 'staging/web',
                'ok', $request, $hash, $hash);
            INSERT INTO journal_body (stream, seq, body) VALUES ($stream, $seq, $body);
            INSERT INTO unsealed (org, n, stream, seq, hash) VALUES ('acme', $seq, $stream, $seq, $hash);
            """;
        _insert.Parameters.Add("$seq", SqliteType.Integer);
        _insert.Parameters.Add("$stream", SqliteType.Text);
        _insert.Parameters.Add("$request", SqliteType.Text);
        _insert.Parameters.AddWithValue("$hash", new byte[32]);
        _insert.Parameters.AddWithValue("$body", body);
        _insert.Prepare();
    }

    /// <summary>Takes the schema, and the body of a record of that operation, from a database of the product.</summary>
    public static PlainJournal Create(string database, string operation) => new(database, operation);

    /// <summary>
    /// Commits one record durably, of a stream for each caller and with a request id of its own, as the product's are.
    /// </summary>
    public async Task CommitAsync(int caller, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            _insert.Transaction = transaction;
            _insert.Parameters["$seq"].Value = ++_seq;
            _insert.Parameters["$stream"].Value = _streams[caller];
            _insert.Parameters["$request"].Value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
            _insert.ExecuteNonQuery();
            transaction.Commit();
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
        _one.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static List<string> Strings(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }
}
