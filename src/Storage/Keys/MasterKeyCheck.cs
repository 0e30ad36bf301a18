using System.Security.Cryptography;

namespace Palisade.Storage.Keys;

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

    /// <summary>
    /// Compares the ring with the check values that the database has. True when its current key is new there, and has
    /// to be noted.
    /// </summary>
    public static bool IsNew(
        MasterKeyRing ring,
        IReadOnlyCollection<(string Id, byte[] CheckValue)> known,
        string keysFolder
    )
    {
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

        return known.All(key => key.Id != ring.CurrentId);
    }
}
