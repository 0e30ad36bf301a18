using Npgsql;
using Palisade.Storage.Keys;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresPersonalData(PersonKeys keys, Database database, PostgresStoreOptions options)
    : StoredPersonalData(keys, options.KeysDirectory)
{
    private const string LockNotAvailable = "55P03";

    public override async Task<bool> HasAsync(string scope, CancellationToken cancellationToken = default) =>
        await database.FirstAsync(DataKeyStatements.Has(scope), _ => true, cancellationToken);

    /// <summary>
    /// Writes the tables anew, which only their owner may. Copies in the server's write-ahead log go when its segments
    /// are recycled, those in its archives when these are deleted.
    /// </summary>
    public override async Task<bool> ScrubAsync(CancellationToken cancellationToken = default)
    {
        await using var source = options.Owner();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            foreach (var sql in (string[])["SET lock_timeout = '2s'", "VACUUM (FULL) data_key", "VACUUM (FULL) ticket"])
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == LockNotAvailable)
        {
            return false;
        }
    }

    protected override Task<List<string>> ScopesAsync(
        string from,
        string before,
        CancellationToken cancellationToken
    ) => database.ReadAsync(DataKeyStatements.Between(from, before), row => row.Text(0), cancellationToken);

    protected override Task<List<ErasedKey>> ErasedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(DataKeyStatements.Erased(), DataKeyStatements.ReadErased, cancellationToken);
}
