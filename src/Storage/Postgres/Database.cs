using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Sends statements, each batch in one round trip and one transaction: a process that is stopped in the middle holds no
/// lock. What is sent through here may run twice, after a connection broke before it was answered; appends, which may
/// not, have their own way (<see cref="AppendCommitter"/>).
/// </summary>
internal sealed class Database(NpgsqlDataSource source)
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMilliseconds(10),
        TimeSpan.FromMilliseconds(100),
        TimeSpan.FromMilliseconds(500),
    ];

    /// <summary>A connection of its own, for what lasts.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) =>
        source.OpenConnectionAsync(cancellationToken);

    public Task<List<T>> ReadAsync<T>(Statement query, Func<IRow, T> read, CancellationToken cancellationToken) =>
        ReadAsync([(query, read)], cancellationToken);

    /// <summary>The rows of several queries, in one round trip.</summary>
    public Task<List<T>> ReadAsync<T>(
        IReadOnlyList<(Statement Query, Func<IRow, T> Read)> queries,
        CancellationToken cancellationToken
    ) =>
        RetryAsync(
            async () =>
            {
                await using var batch = Batch([.. queries.Select(query => query.Query)]);
                await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
                var (row, rows) = (new PostgresRow(reader), new List<T>());
                foreach (var (_, read) in queries)
                {
                    while (await reader.ReadAsync(cancellationToken))
                    {
                        rows.Add(read(row));
                    }

                    await reader.NextResultAsync(cancellationToken);
                }

                return rows;
            },
            cancellationToken
        );

    /// <summary>The first row, or default.</summary>
    public async Task<T?> FirstAsync<T>(Statement query, Func<IRow, T> read, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(query, read, cancellationToken);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>Commits the statements; gives the rows that each changed.</summary>
    public Task<int[]> RunAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken) =>
        RetryAsync(
            async () =>
            {
                await using var batch = Batch(statements);
                await batch.ExecuteNonQueryAsync(cancellationToken);
                return batch
                    .BatchCommands.Cast<NpgsqlBatchCommand>()
                    .Select(command => command.RecordsAffected)
                    .ToArray();
            },
            cancellationToken
        );

    public async Task<int> RunAsync(Statement statement, CancellationToken cancellationToken) =>
        (await RunAsync([statement], cancellationToken))[0];

    /// <summary>Commits the statements; gives the topics that they announce.</summary>
    public Task<List<string>> AnnounceAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken) =>
        RetryAsync(() => RunOnceAsync(statements), cancellationToken);

    /// <summary>As <see cref="AnnounceAsync"/>, but never twice.</summary>
    public Task<List<string>> RunOnceAsync(IReadOnlyList<Statement> statements) => RunOnceAsync(statements, []);

    /// <summary>Never twice.</summary>
    /// <param name="unanswered">Backends that may commit this without our knowing: has this one's until it
    /// answers.</param>
    public async Task<List<string>> RunOnceAsync(IReadOnlyList<Statement> statements, HashSet<int> unanswered)
    {
        // SECURITY: nobody's cancellation reaches a commit.
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        var backend = connection.ProcessID;
        unanswered.Add(backend);
        try
        {
            var topics = await RunAsync(connection, statements);
            unanswered.Remove(backend);
            return topics;
        }
        catch (PostgresException exception) when (!Fault.IsUnknown(exception))
        {
            unanswered.Remove(backend);
            throw;
        }
    }

    private static async Task<List<string>> RunAsync(NpgsqlConnection connection, IReadOnlyList<Statement> statements)
    {
        await using var batch = With(connection.CreateBatch(), statements);
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        var topics = new List<string>();
        do
        {
            var announces = reader.FieldCount == 1 && reader.GetName(0) == Statement.Topic;
            while (await reader.ReadAsync(CancellationToken.None))
            {
                if (announces)
                {
                    topics.Add(reader.GetString(0));
                }
            }
        } while (await reader.NextResultAsync(CancellationToken.None));

        return topics;
    }

    private NpgsqlBatch Batch(IReadOnlyList<Statement> statements) => With(source.CreateBatch(), statements);

    private static NpgsqlBatch With(NpgsqlBatch batch, IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement.ToCommand());
        }

        return batch;
    }

    private static async Task<T> RetryAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await run();
            }
            catch (NpgsqlException exception) when (Fault.IsPassing(exception) && tries < Pauses.Length)
            {
                await Task.Delay(Pauses[tries], cancellationToken);
            }
        }
    }
}
