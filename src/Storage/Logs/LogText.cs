using System.Text;
using System.Text.RegularExpressions;

namespace Palisade.Storage.Logs;

/// <summary>S29: what a log line loses before it is stored.</summary>
internal static partial class LogText
{
    public const int MaxBytes = 64 << 10;
    public const string CutMark = "… [cut]";

    private const int MaxSource = 256;

    public static LogLine Clean(LogLine line)
    {
        if (line.Cursor is { Length: > 256 })
        {
            throw new ArgumentException("A cursor has at most 256 characters.", nameof(line));
        }

        var source = Strip(line.Source);
        return line with
        {
            Source = source.Length > MaxSource ? source[..MaxSource] : source,
            Text = Cut(Strip(line.Text)),
        };
    }

    // ANSI sequences go as a whole, or their printable ends would stay behind; then every other control character but
    // tab (C0, DEL, C1).
    private static string Strip(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001F') && !text.AsSpan().ContainsAnyInRange('\u007F', '\u009F'))
        {
            return text;
        }

        return string.Concat(AnsiSequence().Replace(text, "").Where(c => c == '\t' || !char.IsControl(c)));
    }

    private static string Cut(string text)
    {
        // A UTF-16 unit takes at most three bytes, so most lines need no counting.
        if (text.Length <= MaxBytes / 3 || Encoding.UTF8.GetByteCount(text) <= MaxBytes)
        {
            return text;
        }

        var room = MaxBytes - Encoding.UTF8.GetByteCount(CutMark);
        var kept = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if ((room -= rune.Utf8SequenceLength) < 0)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.Append(CutMark).ToString();
    }

    // ECMA-48: CSI … final byte; OSC, DCS, SOS, PM, APC … ST or BEL; other two-character escapes. No backtracking on
    // hostile input.
    [GeneratedRegex(
        @"(?:\x1B\[|\x9B)[0-?]*[ -/]*[@-~]?|(?:\x1B[\]PX^_]|[\x9D\x90\x98\x9E\x9F])[^\x07\x1B\x9C]*(?:\x07|\x1B\\|\x9C)?|\x1B[ -/]*[0-~]?",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex AnsiSequence();
}
