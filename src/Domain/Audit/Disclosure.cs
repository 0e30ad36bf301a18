using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Palisade.Domain.Audit;

/// <summary>
/// The personal values of one record beside its sealed body. The body holds their commitment, so whoever has both can
/// tell that they are the ones it was written with; each can be withheld without weakening that of the others.
/// </summary>
public sealed record Disclosure(DisclosedField Name, DisclosedField Ip, DisclosedField Client)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private DisclosedField[] Fields => [Name, Ip, Client];

    /// <summary>SHA-256 over the three digests; what the body holds.</summary>
    public byte[] Commitment()
    {
        Span<byte> digests = stackalloc byte[3 * SHA256.HashSizeInBytes];
        for (var i = 0; i < 3; i++)
        {
            Fields[i].Digest.CopyTo(digests[(i * SHA256.HashSizeInBytes)..]);
        }

        return SHA256.HashData(digests);
    }

    /// <summary>Only the fields of these names; the others are withheld.</summary>
    public Disclosure Only(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        DisclosedField[] kept =
        [
            .. Fields.Zip(
                PersonalFields.Names,
                (field, name) => names.Contains(name, StringComparer.Ordinal) ? field : field.Withhold()
            ),
        ];
        return new(kept[0], kept[1], kept[2]);
    }

    /// <summary>
    /// As a bundle's line has it: a pair of salt and value, or the digest alone of what is withheld; bytes in
    /// base64url.
    /// </summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, Json);
        writer.WriteStartObject();
        foreach (var (name, field) in PersonalFields.Names.Zip(Fields))
        {
            writer.WritePropertyName(name);
            if (field.Salt is { } salt)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(Base64Url.EncodeToString(salt));
                writer.WriteStringValue(field.Value);
                writer.WriteEndArray();
            }
            else
            {
                writer.WriteStringValue(Base64Url.EncodeToString(field.Digest));
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
