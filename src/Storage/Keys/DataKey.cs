using System.Security.Cryptography;

namespace Palisade.Storage.Keys;

/// <summary>A 256-bit key of one scope, in clear; lives in memory only.</summary>
internal sealed class DataKey(string id, string scope, byte[] key)
{
    private byte[]? _fingerprintKey;
    private byte[]? _personKey;
    private byte[]? _saltKey;

    public string Id { get; } = id;

    public string Scope { get; } = scope;

    public byte[] Key { get; } = key;

    /// <summary>Seals what is personal of journal entries (S30).</summary>
    public byte[] PersonKey => _personKey ??= AesSeal.Derive(Key, [], "palisade person seal v1"u8);

    /// <summary>Gives the salts of their commitments.</summary>
    public byte[] SaltKey => _saltKey ??= AesSeal.Derive(Key, [], "palisade person salt v1"u8);

    public byte[] FingerprintKey => _fingerprintKey ??= AesSeal.Derive(Key, [], "palisade fingerprint v1"u8);

    /// <summary>A new key, not stored yet.</summary>
    public static DataKey Draw(string scope) =>
        new(
            "dk_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            scope,
            RandomNumberGenerator.GetBytes(AesSeal.KeyBytes)
        );

    /// <param name="row">Its columns id, scope, master, wrapped.</param>
    public static DataKey Read(IRow row, MasterKeyRing ring)
    {
        var (id, scope) = (row.Text(0), row.Text(1));
        return new(id, scope, ring.Unwrap(row.Text(2), row.Blob(3), id, scope));
    }

    /// <summary>Whether <see cref="Read"/> would give it.</summary>
    public static bool Opens(IRow row, MasterKeyRing ring)
    {
        try
        {
            return ring.Has(row.Text(2)) && Read(row, ring) is not null;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>As it is stored.</summary>
    public byte[] Wrap(MasterKeyRing ring) => ring.Wrap(Key, Id, Scope);

    public override string ToString() => $"{Scope} {Id}";
}

/// <summary>Data keys by scope and id. What <see cref="ISealer"/>, objects, logs and entries seal with.</summary>
internal interface IDataKeys
{
    /// <summary>
    /// The newest key of the scope; made durable before it is given when there was none. Null only where a person was
    /// erased for good: nothing is sealed in their name any more.
    /// </summary>
    ValueTask<DataKey?> TryCurrentAsync(string scope, CancellationToken cancellationToken);

    /// <summary>The key with this id, of whatever scope; null when there is none, or none any more.</summary>
    ValueTask<DataKey?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Whether the key was of that scope and was destroyed.</summary>
    ValueTask<bool> IsErasedAsync(string scope, string id, CancellationToken cancellationToken);

    /// <summary>As <see cref="TryCurrentAsync"/>, where there is always one.</summary>
    async ValueTask<DataKey> CurrentAsync(string scope, CancellationToken cancellationToken) =>
        await TryCurrentAsync(scope, cancellationToken)
        ?? throw new InvalidOperationException($"{scope} was erased: nothing is sealed there any more.");

    /// <summary>The key with this id if it belongs to the scope.</summary>
    async ValueTask<DataKey?> FindAsync(string scope, string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { } key && key.Scope == scope ? key : null;
}
