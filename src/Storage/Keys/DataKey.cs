namespace Palisade.Storage.Keys;

/// <summary>A 256-bit key of one scope, in clear; lives in memory only.</summary>
internal sealed class DataKey(string id, string scope, byte[] key)
{
    private byte[]? _fingerprintKey;

    public string Id { get; } = id;

    public string Scope { get; } = scope;

    public byte[] Key { get; } = key;

    public byte[] FingerprintKey => _fingerprintKey ??= AesSeal.Derive(Key, [], "palisade fingerprint v1"u8);

    public override string ToString() => $"{Scope} {Id}";
}

/// <summary>Data keys by scope and id. What <see cref="ISealer"/>, objects and logs seal with.</summary>
internal interface IDataKeys
{
    /// <summary>The newest key of the scope; made durable before it is given when there was none.</summary>
    ValueTask<DataKey> CurrentAsync(string scope, CancellationToken cancellationToken);

    /// <summary>The key with this id if it belongs to the scope.</summary>
    ValueTask<DataKey?> FindAsync(string scope, string id, CancellationToken cancellationToken);
}
