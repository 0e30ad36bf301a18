using Palisade.Storage.Keys;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of master_key.</summary>
internal static class MasterKeyTable
{
    /// <summary>Compares the ring with what the database knows of its keys, and notes a new current one.</summary>
    public static void Check(Connection connection, MasterKeyRing ring, string keysFolder)
    {
        var known = new List<(string Id, byte[] CheckValue)>();
        using (var rows = connection.Prepare("SELECT id, check_value FROM master_key"))
        {
            while (rows.Step())
            {
                known.Add((rows.Text(0), rows.Blob(1)));
            }
        }

        if (MasterKeyCheck.IsNew(ring, known, keysFolder))
        {
            connection
                .Prepare("INSERT INTO master_key (id, check_value) VALUES (?, ?)")
                .Add(ring.CurrentId)
                .AddBlob(ring.CheckValue(ring.CurrentId))
                .Run();
        }
    }
}
