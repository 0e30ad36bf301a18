using System.Security.Cryptography;
using System.Text;

namespace Palisade.Web.Auth;

/// <summary>Tokens are looked up by the SHA-256 of their text, lower-case hex (S10).</summary>
internal static class TokenHash
{
    /// <summary>Null when the text can't be one of our tokens: no look-up is spent on it.</summary>
    public static string? Of(string secret) =>
        secret.Length is >= 20 and <= 128 && secret.StartsWith("pl", StringComparison.Ordinal) && secret.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)))
            : null;
}
