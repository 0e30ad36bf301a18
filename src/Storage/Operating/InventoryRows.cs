using System.Runtime.InteropServices;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Objects;

namespace Palisade.Storage.Operating;

/// <summary>
/// Queries of <see cref="IInventory"/>, which are the same in both databases, and what their rows say.
/// </summary>
internal static class InventoryRows
{
    public const string Streams = "SELECT id, head, hash FROM stream ORDER BY id";
    public const string Objects = $"SELECT {FolderObjects.Columns}, org FROM object ORDER BY org, key";
    public const string Keys = "SELECT id, scope, master, wrapped FROM data_key ORDER BY id";

    public static StreamHead Stream(IRow row) =>
        new(new(row.Text(0)), row.Int64(1), ImmutableCollectionsMarshal.AsImmutableArray(row.Blob(2)));

    public static ListedObject Object(IRow row) => new(row.Text(4), FolderObjects.Read(row));

    public static Func<IRow, ListedKey> Key(MasterKeyRing ring) =>
        row => new(row.Text(0), row.Text(1), row.Text(2), DataKey.Opens(row, ring));
}
