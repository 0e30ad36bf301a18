namespace Palisade.Storage.Keys;

/// <summary>The data keys of a database that nobody else has open.</summary>
internal interface IWrappedKeys
{
    /// <summary>All of them; throws <see cref="StoreUnusableException"/> for one that the ring does not open.</summary>
    Task<List<DataKey>> ReadAsync(MasterKeyRing ring, CancellationToken cancellationToken);

    /// <summary>
    /// Wraps them by the ring's current key, and forgets that there were others; in one transaction.
    /// </summary>
    Task WriteAsync(IReadOnlyList<DataKey> keys, MasterKeyRing ring, CancellationToken cancellationToken);
}
