using Palisade.Domain.Access;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Keys;

/// <summary>
/// Replaces the master keys by a new one. INVARIANT: after each step the ring on disk opens all that the database has,
/// so whatever kills it in between, servers start, and the next rotation leaves one key again.
/// </summary>
internal static class MasterKeyRotation
{
    /// <summary>The ring on disk with its next key, which is on record (S04), and not on disk yet.</summary>
    public static async Task<MasterKeyRing> BeginAsync(
        IStore store,
        string keysFolder,
        string operatorName,
        CancellationToken cancellationToken
    )
    {
        var both = MasterKeyRing.Load(keysFolder).WithNewKey();
        await OperatorLog.WriteAsync(
            store,
            operatorName,
            Operations.MasterKeyRotate,
            both.Rotation(),
            cancellationToken
        );
        return both;
    }

    /// <param name="both">The ring on disk with its next key; see <see cref="BeginAsync"/>.</param>
    /// <param name="tell">What was done.</param>
    /// <returns>How many data keys were wrapped anew.</returns>
    public static async Task<int> RunAsync(
        string keysFolder,
        MasterKeyRing both,
        IWrappedKeys database,
        Action<string> tell,
        CancellationToken cancellationToken
    )
    {
        var keys = await database.ReadAsync(both, cancellationToken);
        both.Save(keysFolder, overwrite: true);
        tell($"The ring in {keysFolder} has the new key {both.CurrentId}");
        await database.WriteAsync(keys, both, cancellationToken);
        tell($"{keys.Count} data keys are wrapped by it");
        both.OnlyCurrent().Save(keysFolder, overwrite: true);
        tell("The ring has no other key");
        return keys.Count;
    }

    /// <param name="row">Its columns id, scope, master, wrapped.</param>
    public static DataKey Read(IRow row, MasterKeyRing ring) =>
        DataKey.Opens(row, ring)
            ? DataKey.Read(row, ring)
            : throw new StoreUnusableException(
                $"The data key {row.Text(0)} of {row.Text(1)} does not open with this ring; nothing was changed."
            );
}
