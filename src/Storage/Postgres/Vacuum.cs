using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Takes deleted rows out of a table and its indexes, while others read and write it. Only the tables' owner may. What
/// their pages held lies in free space until that is written over; so do copies in the server's write-ahead log.
/// </summary>
internal sealed class Vacuum(PostgresStoreOptions options)
{
    /// <summary>False: a reader may still see some of them; try again.</summary>
    public async Task<bool> RunAsync(string table, CancellationToken cancellationToken)
    {
        await using var source = options.Owner();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using (var vacuum = new NpgsqlCommand($"VACUUM {table}", connection))
        {
            await vacuum.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var left = new NpgsqlCommand(
            $"SELECT n_dead_tup FROM pg_stat_user_tables WHERE relid = '{table}'::regclass",
            connection
        );
        return await left.ExecuteScalarAsync(cancellationToken) is 0L;
    }
}
