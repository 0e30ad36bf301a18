using Palisade.Storage.Keys;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Sqlite;

internal sealed class SqlitePersonalData(PersonKeys keys, Writer writer, ReadPool readers, string keysFolder)
    : StoredPersonalData(keys, keysFolder)
{
    public override Task<bool> HasAsync(string scope, CancellationToken cancellationToken = default) =>
        readers.ReadAsync(db => DataKeyTable.Has(db, scope), cancellationToken);

    public override async Task<bool> ScrubAsync(CancellationToken cancellationToken = default)
    {
        // Writing them anew for nothing, as long as a reader is in the way, would cost every write.
        if (!await writer.CheckpointAsync(cancellationToken))
        {
            return false;
        }

        await writer.WriteAsync(
            session =>
            {
                DataKeyTable.Rewrite(session.Connection);
                TicketTable.Rewrite(session.Connection);
                return true;
            },
            cancellationToken
        );
        return await writer.CheckpointAsync(cancellationToken);
    }

    protected override Task<List<string>> ScopesAsync(
        string from,
        string before,
        CancellationToken cancellationToken
    ) => readers.ReadAsync(db => DataKeyTable.Between(db, from, before), cancellationToken);

    protected override Task<List<ErasedKey>> ErasedAsync(CancellationToken cancellationToken) =>
        readers.ReadLongAsync(DataKeyTable.Erased, cancellationToken);
}
