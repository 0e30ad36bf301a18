using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Keys;

/// <summary>
/// The master keys of an installation in <c>master.json</c> (0600, its folder 0700). The current one wraps new data
/// keys, the others still open what they wrapped. Made once, on the very first start (S05).
/// </summary>
public sealed class MasterKeyRing
{
    public const string FileName = "master.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Dictionary<string, byte[]> _keys;

    private MasterKeyRing(string current, Dictionary<string, byte[]> keys) => (CurrentId, _keys) = (current, keys);

    public string CurrentId { get; }

    /// <summary>Ids of all keys; never the keys.</summary>
    public IReadOnlyCollection<string> Ids => _keys.Keys;

    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Makes a ring with one new key. Fails when there is one.</summary>
    public static MasterKeyRing Create(string folder)
    {
        PrivateFiles.CreateFolder(folder);
        var ring = new MasterKeyRing("", []).WithNewKey();
        ring.Save(folder, overwrite: false);
        return ring;
    }

    public static MasterKeyRing Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <param name="path">Where it is from.</param>
    internal static MasterKeyRing Parse(byte[] json, string path)
    {
        try
        {
            var stored = JsonSerializer.Deserialize<StoredRing>(json, Json)!;
            var keys = stored.Keys.ToDictionary(
                key => key.Id,
                key => Convert.FromBase64String(key.Key),
                StringComparer.Ordinal
            );
            return keys.ContainsKey(stored.Current) && keys.Values.All(key => key.Length == AesSeal.KeyBytes)
                ? new(stored.Current, keys)
                : throw new StoreUnusableException($"The master key ring {path} is damaged. Put the right one back.");
        }
        catch (Exception exception)
            when (exception is JsonException or FormatException or ArgumentException or NullReferenceException)
        {
            // SECURITY: the parser's message may quote the file; only its kind is passed on.
            throw new StoreUnusableException(
                $"The master key ring {path} cannot be read ({exception.GetType().Name}). Put the right one back."
            );
        }
    }

    internal byte[] ToBytes() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new StoredRing(
                CurrentId,
                [.. _keys.Select(pair => new StoredKey(pair.Key, Convert.ToBase64String(pair.Value)))]
            ),
            Json
        );

    /// <summary>Which keys its current one takes the place of, for the record.</summary>
    internal ImmutableSortedDictionary<string, string> Rotation() =>
        OperatorRecord.Details(
            ("from", string.Join(' ', _keys.Keys.Where(id => id != CurrentId).Order(StringComparer.Ordinal))),
            ("to", CurrentId)
        );

    internal bool Has(string id) => _keys.ContainsKey(id);

    /// <summary>Proves which key this is without saying anything about it.</summary>
    internal byte[] CheckValue(string id) => HMACSHA256.HashData(_keys[id], "palisade master key check v1"u8);

    internal byte[] Wrap(byte[] dataKey, string dataKeyId, string scope)
    {
        var nonce = RandomNumberGenerator.GetBytes(AesSeal.NonceBytes);
        return
        [
            .. nonce,
            .. AesSeal.Encrypt(WrappingKey(CurrentId), nonce, dataKey, AesSeal.Context(dataKeyId, scope)),
        ];
    }

    internal byte[] Unwrap(string masterId, ReadOnlySpan<byte> wrapped, string dataKeyId, string scope) =>
        AesSeal.Decrypt(
            WrappingKey(masterId),
            wrapped[..AesSeal.NonceBytes],
            wrapped[AesSeal.NonceBytes..],
            AesSeal.Context(dataKeyId, scope)
        );

    private byte[] WrappingKey(string id) => AesSeal.Derive(_keys[id], [], "palisade wrap data keys v1"u8);

    /// <summary>With one more key, which is the current one; on disk when it is saved.</summary>
    internal MasterKeyRing WithNewKey()
    {
        var id = "mk_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return new(id, new(_keys, StringComparer.Ordinal) { [id] = RandomNumberGenerator.GetBytes(AesSeal.KeyBytes) });
    }

    internal MasterKeyRing OnlyCurrent() =>
        new(CurrentId, new(StringComparer.Ordinal) { [CurrentId] = _keys[CurrentId] });

    /// <summary>Durable when it returns; killed before, the folder has what it had.</summary>
    internal void Save(string folder, bool overwrite) =>
        PrivateFiles.Replace(Path.Combine(folder, FileName), ToBytes(), overwrite);

    private sealed record StoredRing(string Current, StoredKey[] Keys);

    private sealed record StoredKey(string Id, string Key);
}
