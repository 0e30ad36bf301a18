using Palisade.Storage.Keys;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresDataKeys(Database database, DataKeyCache cache, MasterKeyRing ring, TimeProvider clock)
    : StoredDataKeys(cache)
{
    protected override Task<DataKey?> ReadAsync(string id, CancellationToken cancellationToken) =>
        database.FirstAsync(DataKeyStatements.Find(id), Read, cancellationToken);

    protected override Task<DataKey?> ReadCurrentAsync(string scope, CancellationToken cancellationToken) =>
        database.FirstAsync(DataKeyStatements.Current(scope), Read, cancellationToken);

    protected override async Task<DataKey?> CreateAsync(string scope, CancellationToken cancellationToken)
    {
        await database.RunAsync(
            DataKeyStatements.Create(DataKey.Draw(scope), ring, StoreTime.Now(clock)),
            cancellationToken
        );
        return await ReadCurrentAsync(scope, cancellationToken);
    }

    protected override async Task<bool> ReadErasedAsync(string scope, string id, CancellationToken cancellationToken) =>
        await database.FirstAsync(DataKeyStatements.IsErased(scope, id), _ => true, cancellationToken);

    private DataKey Read(IRow row) => DataKey.Read(row, ring);
}
