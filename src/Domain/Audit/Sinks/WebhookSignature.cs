using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Domain.Audit.Sinks;

/// <summary>
/// Signatures as <see href="https://www.standardwebhooks.com">Standard Webhooks</see> has them: version <c>v1</c>,
/// HMAC-SHA256 over <c>id.timestamp.body</c>, so that neither a changed body nor an old one sent again passes.
/// </summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The specification's 24 to 64 bytes.</summary>
    public const int SecretBytes = 32;

    private const string SecretPrefix = "whsec_";

    /// <summary>A secret as people paste it into a receiver.</summary>
    public static string Write(ReadOnlySpan<byte> secret) => SecretPrefix + Convert.ToBase64String(secret);

    /// <summary>The header's value: a signature for each secret.</summary>
    /// <param name="timestamp">Seconds since 1970.</param>
    public static string Of(IEnumerable<byte[]> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        byte[] signed =
        [
            .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")),
            .. body,
        ];
        return string.Join(
            ' ',
            secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed)))
        );
    }
}
