using System.Text;
using Palisade.Web.Api.Parsing;

namespace Palisade.Web.Auth;

/// <summary>
/// The secret of an <c>Authorization</c> header: <c>Bearer</c> (RFC 6750), or <c>Basic</c> (RFC 7617) as the convox
/// client sends it, which percent-encodes user and password before base64 (convox-wire.md 1.5) and sends any user name;
/// <c>jwt</c> alone means something.
/// </summary>
internal readonly record struct HeaderCredential(string User, string Secret)
{
    /// <summary>Longer headers are not looked into; our tokens are under 100 characters.</summary>
    private const int MaxLength = 2048;

    public static bool TryParse(string header, out HeaderCredential credential)
    {
        credential = default;
        if (header.Length <= MaxLength && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            credential = new HeaderCredential("", header[7..].Trim());
            return true;
        }

        if (header.Length > MaxLength || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var bytes = new byte[MaxLength];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length))
        {
            return false;
        }

        var text = Encoding.Latin1.GetString(bytes, 0, length);
        var cut = text.IndexOf(':', StringComparison.Ordinal);
        if (
            cut < 0
            || FormText.Decode(text.AsSpan(0, cut), plusIsSpace: false) is not { } user
            || FormText.Decode(text.AsSpan(cut + 1), plusIsSpace: false) is not { } secret
        )
        {
            return false;
        }

        credential = new HeaderCredential(user, secret);
        return true;
    }

    public override string ToString() => $"{nameof(HeaderCredential)}([redacted])";
}
