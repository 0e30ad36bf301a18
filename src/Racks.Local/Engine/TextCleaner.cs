using System.Text;

namespace Palisade.Racks.Local.Engine;

/// <summary>
/// Cuts bytes of a process into lines as S29 asks: control characters go, but for the tab; a line has at most 64 KiB,
/// and what is longer goes on in the next; bytes that are not UTF-8 become U+FFFD.
/// </summary>
public sealed class TextCleaner
{
    public const int MaxLineBytes = 64 * 1024;

    private readonly List<byte> _line = [];

    /// <summary>Takes more bytes and gives the lines that they complete.</summary>
    public IReadOnlyList<string> Add(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<string>();
        foreach (var b in bytes)
        {
            if (b == (byte)'\n')
            {
                lines.Add(Take());
                continue;
            }

            _line.Add(b);
            if (_line.Count == MaxLineBytes)
            {
                lines.Add(Take());
            }
        }

        return lines;
    }

    /// <summary>What is left without a line's end, or null.</summary>
    public string? End() => _line.Count == 0 ? null : Take();

    /// <summary>Text without control characters other than the tab (C0, DEL and C1 of Unicode's category Cc).</summary>
    public static string Clean(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && text.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') < 0
            ? text
            : string.Concat(text.Where(c => c == '\t' || !char.IsControl(c)));

    private string Take()
    {
        var text = Clean(Encoding.UTF8.GetString([.. _line]));
        _line.Clear();
        return text;
    }
}
