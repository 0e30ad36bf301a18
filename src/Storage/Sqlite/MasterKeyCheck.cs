using System.Security.Cryptography;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Sqlite;

/// <summary>S05: data and master key belong together, or the store does not open.</summary>
internal static class MasterKeyCheck
{
    /// <summary>The ring on disk; makes one only when there is no data at all.</summary>
    public static MasterKeyRing LoadOrCreate(string keysFolder, bool hasData)
    {
        if (MasterKeyRing.Exists(keysFolder))
        {
            return MasterKeyRing.Load(keysFolder);
        }

        return hasData
            ? throw new StoreUnusableException(
                $"There is data, but no master key in {keysFolder}. Put {MasterKeyRing.FileName} back there; without it nothing sealed can be "
                    + "read, and a new key is never made in its place."
            )
            : MasterKeyRing.Create(keysFolder);
    }

    /// <summary>Compares the ring with what the database knows of its keys, and notes a new current one.</summary>
    public static void Run(Connection connection, MasterKeyRing ring, string keysFolder)
    {
        var known = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using (var rows = connection.Prepare("SELECT id, check_value FROM master_key"))
        {
            while (rows.Step())
            {
                known.Add(rows.Text(0), rows.Blob(1));
            }
        }

        foreach (var (id, check) in known)
        {
            if (!ring.Has(id) || !CryptographicOperations.FixedTimeEquals(ring.CheckValue(id), check))
            {
                throw new StoreUnusableException(
                    $"The master key ring in {keysFolder} is not the one that this data was written with (key {id} is missing or differs). "
                        + "Put the right one back; a new key is never made in its place."
                );
            }
        }

        if (!known.ContainsKey(ring.CurrentId))
        {
            connection
                .Prepare("INSERT INTO master_key (id, check_value) VALUES (?, ?)")
                .Add(ring.CurrentId)
                .AddBlob(ring.CheckValue(ring.CurrentId))
                .Run();
        }
    }
}
