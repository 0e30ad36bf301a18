using Palisade.Storage.Keys;
using Palisade.Storage.Objects;

namespace Palisade.Storage.Postgres;

/// <summary>Rows of master_key.</summary>
internal static class MasterKeyTable
{
    /// <summary>
    /// The ring on disk, which belongs to the data; made on the very first start of all. Notes a new current key.
    /// </summary>
    public static async Task<MasterKeyRing> OpenAsync(
        Database database,
        PostgresStoreOptions options,
        CancellationToken cancellationToken
    )
    {
        var keysFolder = options.KeysDirectory;
        // Looked before the key is: who puts objects there has noted it.
        var hasObjects = ObjectFolder.HasFiles(options.ObjectsDirectory);
        var known = await database.ReadAsync(
            new("SELECT id, check_value FROM master_key"),
            row => (row.Text(0), row.Blob(1)),
            cancellationToken
        );
        if (known.Count == 0 && hasObjects)
        {
            throw ObjectFolder.Foreign(options.ObjectsDirectory);
        }

        var ring = MasterKeyCheck.LoadOrCreate(keysFolder, hasData: known.Count > 0);
        if (MasterKeyCheck.IsNew(ring, known, keysFolder))
        {
            // INVARIANT: of two first starts with a ring each, one finds that the data is the other's.
            await database.RunAsync(
                [
                    Locks.Opening(),
                    Statement
                        .Of(
                            """
                            INSERT INTO master_key (id, check_value) SELECT $1, $2
                            WHERE (SELECT count(*) FROM master_key) = $3 ON CONFLICT DO NOTHING
                            """
                        )
                        .Add(ring.CurrentId)
                        .AddBlob(ring.CheckValue(ring.CurrentId))
                        .Add(known.Count),
                ],
                cancellationToken
            );
            return await OpenAsync(database, options, cancellationToken);
        }

        return ring;
    }
}
