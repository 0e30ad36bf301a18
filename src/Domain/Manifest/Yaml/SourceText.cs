using System.Collections.Immutable;

namespace Palisade.Domain.Manifest.Yaml;

/// <summary>A stretch of the interpolated text that came from a <c>${NAME}</c> of the raw text.</summary>
internal readonly record struct Splice(int TextStart, int TextLength, int RawStart, int RawLength)
{
    public int TextEnd => TextStart + TextLength;

    public int RawEnd => RawStart + RawLength;
}

/// <summary>
/// The manifest as written and as interpolated, with the way back from the second to the first.
/// INVARIANT: interpolated values hold no line break, so both have the same lines.
/// SECURITY: everything shown to a person is a slice of the raw text, so an interpolated value cannot get into a
/// message.
/// </summary>
internal sealed class SourceText
{
    private readonly ImmutableArray<Splice> _splices;
    private readonly ImmutableArray<int> _rawLines;
    private readonly ImmutableArray<int> _textLines;

    public SourceText(string raw, string text, ImmutableArray<Splice> splices)
    {
        (Raw, Text, _splices) = (raw, text, splices);
        _rawLines = LineStarts(raw);
        _textLines = splices.IsEmpty ? _rawLines : LineStarts(text);
    }

    public string Raw { get; }

    public string Text { get; }

    /// <summary>Position in <see cref="Text"/> of a line and column that count from 1, clamped to the text.</summary>
    public int TextIndex(long line, long column)
    {
        var row = (int)Math.Clamp(line - 1, 0, _textLines.Length - 1);
        return (int)Math.Clamp(_textLines[row] + column - 1, 0, Text.Length);
    }

    /// <summary>Line and column in the raw text of a position in <see cref="Text"/>.</summary>
    public ManifestPlace Place(int textIndex) => RawPlace(RawIndex(textIndex, end: false));

    public ManifestPlace RawPlace(int rawIndex)
    {
        var row = _rawLines.BinarySearch(rawIndex);
        row = row < 0 ? ~row - 1 : row;
        return new(row + 1, rawIndex - _rawLines[row] + 1);
    }

    /// <summary>Whether any of the stretch came from a value.</summary>
    public bool IsInterpolated(int start, int end)
    {
        var i = FirstEndingAtOrAfter(start);
        return i < _splices.Length && _splices[i].TextStart <= end;
    }

    /// <summary>Whether a value was put in anywhere.</summary>
    public bool HasInterpolation => !_splices.IsEmpty;

    /// <summary>The raw text that became the stretch of <see cref="Text"/>.</summary>
    public string RawSlice(int start, int end)
    {
        var from = RawIndex(start, end: false);
        return Raw[from..Math.Max(from, RawIndex(end, end: true))];
    }

    private int RawIndex(int textIndex, bool end)
    {
        var i = FirstEndingAtOrAfter(textIndex);
        if (i < _splices.Length && _splices[i].TextStart <= textIndex)
        {
            // At or inside a value: the whole ${NAME} stands for it. At its very end the raw end is meant.
            var splice = _splices[i];
            return end || (textIndex == splice.TextEnd && splice.TextLength > 0) ? splice.RawEnd : splice.RawStart;
        }

        var before = i - 1;
        return before < 0 ? textIndex : textIndex - _splices[before].TextEnd + _splices[before].RawEnd;
    }

    private int FirstEndingAtOrAfter(int textIndex)
    {
        var (low, high) = (0, _splices.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _splices[middle].TextEnd < textIndex ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static ImmutableArray<int> LineStarts(string text)
    {
        var starts = ImmutableArray.CreateBuilder<int>();
        starts.Add(0);
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            starts.Add(i + 1);
        }

        return starts.ToImmutable();
    }
}
