using Palisade.Storage.Keys;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of master_key.</summary>
internal static class MasterKeyTable
{
    /// <summary>Ids and check values of all keys that data is wrapped by.</summary>
    public static List<(string Id, byte[] CheckValue)> Known(Connection connection) =>
        connection.Prepare("SELECT id, check_value FROM master_key").All(row => (row.Text(0), row.Blob(1)));

    /// <summary>Compares the ring with what the database knows of its keys, and notes a new current one.</summary>
    public static void Check(Connection connection, MasterKeyRing ring, string keysFolder)
    {
        if (MasterKeyCheck.IsNew(ring, Known(connection), keysFolder))
        {
            connection
                .Prepare("INSERT INTO master_key (id, check_value) VALUES (?, ?)")
                .Add(ring.CurrentId)
                .AddBlob(ring.CheckValue(ring.CurrentId))
                .Run();
        }
    }
}
