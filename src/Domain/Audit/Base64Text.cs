using System.Diagnostics.CodeAnalysis;

namespace Palisade.Domain.Audit;

/// <summary>
/// Base 64 (RFC 4648, section 4) read strictly: one text for one value, so that no character can change unnoticed.
/// </summary>
internal static class Base64Text
{
    public static bool TryRead(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var buffer = new byte[(text.Length / 4 * 3) + 3];
        bytes =
            Convert.TryFromBase64String(text, buffer, out var count) && Convert.ToBase64String(buffer, 0, count) == text
                ? buffer[..count]
                : null;
        return bytes is not null;
    }
}
