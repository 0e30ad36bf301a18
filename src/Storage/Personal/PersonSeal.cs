using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Personal;

/// <summary>
/// The personal values of one entry: AES-256-GCM under a data key, and a commitment to each (see
/// <see cref="Disclosure"/>) whose salts are derived from that key too. When the key is destroyed the box can't be
/// opened and the commitments can't be tried, and the bytes that were hashed are as they were.
/// </summary>
internal static class PersonSeal
{
    /// <summary>Writes the object <c>person</c> of an entry's body.</summary>
    /// <param name="place">The stream, which the box is bound to.</param>
    public static void Write(Utf8JsonWriter writer, DataKey key, PersonalFields fields, string place)
    {
        Span<byte> nonce = stackalloc byte[AesSeal.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        byte[] box =
        [
            .. nonce,
            .. AesSeal.Encrypt(key.PersonKey, nonce, Pack(fields), AesSeal.Context(key.Scope, place, key.Id)),
        ];
        writer.WriteStartObject();
        writer.WriteString("commitment", Base64Url.EncodeToString(Disclose(key, nonce, fields).Commitment()));
        writer.WriteString("key", key.Id);
        writer.WriteString("box", Base64Url.EncodeToString(box));
        writer.WriteEndObject();
    }

    public static string KeyOf(JsonElement person) => person.GetProperty("key").GetString()!;

    /// <summary>Throws <see cref="AuthenticationTagMismatchException"/> when anything differs.</summary>
    public static (PersonalFields Fields, Disclosure Disclosure) Open(DataKey key, JsonElement person, string place)
    {
        var box = Base64Url.DecodeFromChars(person.GetProperty("box").GetString());
        var nonce = box.AsSpan(0, AesSeal.NonceBytes);
        var fields = Unpack(
            AesSeal.Decrypt(
                key.PersonKey,
                nonce,
                box.AsSpan(AesSeal.NonceBytes),
                AesSeal.Context(key.Scope, place, key.Id)
            )
        );
        return (fields, Disclose(key, nonce, fields));
    }

    private static Disclosure Disclose(DataKey key, ReadOnlySpan<byte> nonce, PersonalFields fields)
    {
        Span<byte> salts = stackalloc byte[HMACSHA512.HashSizeInBytes];
        HMACSHA512.HashData(key.SaltKey, nonce, salts);
        return new(
            DisclosedField.Of(Salt(salts, 0), fields.Name),
            DisclosedField.Of(Salt(salts, 1), fields.Ip),
            DisclosedField.Of(Salt(salts, 2), fields.Client)
        );
    }

    private static byte[] Salt(ReadOnlySpan<byte> salts, int field) =>
        salts.Slice(field * DisclosedField.SaltBytes, DisclosedField.SaltBytes).ToArray();

    private static byte[] Pack(PersonalFields fields)
    {
        using var bytes = new MemoryStream(128);
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(fields.Name);
        writer.Write(fields.Ip);
        writer.Write(fields.Client);
        writer.Flush();
        return bytes.ToArray();
    }

    private static PersonalFields Unpack(byte[] packed)
    {
        using var reader = new BinaryReader(new MemoryStream(packed), Encoding.UTF8);
        return new(reader.ReadString(), reader.ReadString(), reader.ReadString());
    }
}
