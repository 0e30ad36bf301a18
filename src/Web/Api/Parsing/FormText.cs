using System.Buffers;
using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Api.Parsing;

/// <summary>
/// <c>application/x-www-form-urlencoded</c> (WHATWG URL 5.1), strict: a bad escape, bytes that are not UTF-8 and U+0000
/// are refused with the field's name, so that nothing is stored that differs from what was sent.
/// </summary>
public static class FormText
{
    /// <summary>Fields of one form.</summary>
    public const int MaxFields = 1_000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Fields in order; a name may come again. Problems: <c>form.invalid</c>.</summary>
    public static Result<IReadOnlyList<KeyValuePair<string, string>>> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var part in text.AsSpan().Split('&'))
        {
            var pair = text.AsSpan(part);
            if (pair.IsEmpty)
            {
                continue;
            }

            var cut = pair.IndexOf('=');
            if (Decode(cut < 0 ? pair : pair[..cut]) is not { } name || name.Length > 256)
            {
                return new Invalid("form.invalid", "a field's name is not valid form text");
            }

            if (Decode(cut < 0 ? default : pair[(cut + 1)..]) is not { } value)
            {
                return new Invalid(
                    "form.invalid",
                    $"the value of {Clean.Name(name)} is not valid form text (UTF-8, percent-encoded, without NUL)"
                );
            }

            if (fields.Count == MaxFields)
            {
                return new Invalid("form.invalid", $"more than {MaxFields} fields");
            }

            fields.Add(new(name, value));
        }

        return fields;
    }

    /// <summary>Undoes <c>+</c> and <c>%XX</c>; null when that gives no UTF-8 text or one with U+0000.</summary>
    public static string? Decode(ReadOnlySpan<char> text) => Decode(text, plusIsSpace: true);

    /// <summary>Undoes <c>%XX</c>, and <c>+</c> if asked.</summary>
    public static string? Decode(ReadOnlySpan<char> text, bool plusIsSpace)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Bytes(text, buffer, plusIsSpace);
            return length < 0 || buffer.AsSpan(0, length).Contains((byte)0)
                ? null
                : Strict.GetString(buffer, 0, length);
        }
        catch (ArgumentException)
        {
            // Not UTF-8, or a lone surrogate.
            return null;
        }
        finally
        {
            // Forms carry environments.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static int Bytes(ReadOnlySpan<char> text, byte[] buffer, bool plusIsSpace)
    {
        var length = 0;
        while (!text.IsEmpty)
        {
            var special = text.IndexOfAny('%', '+');
            if (special != 0)
            {
                var plain = special < 0 ? text : text[..special];
                length += Strict.GetBytes(plain, buffer.AsSpan(length));
                text = text[plain.Length..];
                continue;
            }

            if (text[0] == '+')
            {
                buffer[length++] = (byte)(plusIsSpace ? ' ' : '+');
                text = text[1..];
                continue;
            }

            if (text.Length < 3 || !char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2]))
            {
                return -1;
            }

            buffer[length++] = Convert.FromHexString(text[1..3])[0];
            text = text[3..];
        }

        return length;
    }
}
