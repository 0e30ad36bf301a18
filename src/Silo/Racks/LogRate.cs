using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Palisade.Racks;
using Palisade.Storage.Logs;

namespace Palisade.Silo.Racks;

/// <summary>
/// How much one app logs (S08). Of each second, by the engine's clock, lines are kept up to a number of bytes; the rest
/// of that second is dropped and counted, and one line says how many. Pure: what follows from lines is adopted once
/// they are stored.
/// </summary>
internal sealed record LogRate(int BytesPerSecond)
{
    /// <summary>Seconds whose bytes are known: sources lag behind each other, most of all after a start.</summary>
    private const int Seconds = 300;

    private ImmutableSortedDictionary<long, int> Kept { get; init; } = ImmutableSortedDictionary<long, int>.Empty;

    private ImmutableDictionary<string, Gap> Gaps { get; init; } =
        ImmutableDictionary.Create<string, Gap>(StringComparer.Ordinal);

    /// <summary>Lines are missing that nobody was told of.</summary>
    public bool HasGaps => !Gaps.IsEmpty;

    /// <summary>What is to be stored of a source's next lines, in order, and how it stands once they are.</summary>
    public (LogRate After, ImmutableArray<LogLine> Stored) Take(string source, IEnumerable<ProcessLogLine> lines)
    {
        var stored = ImmutableArray.CreateBuilder<LogLine>();
        var kept = Kept.ToBuilder();
        var gap = Gaps.GetValueOrDefault(source);
        foreach (var line in lines)
        {
            var second = line.At.ToUnixTimeSeconds();
            if (gap is not null && gap.Second != second)
            {
                stored.Add(Told(source, gap));
                gap = null;
            }

            if (Fits(kept, second, Encoding.UTF8.GetByteCount(line.Text) + 1))
            {
                stored.Add(new LogLine(line.At, source, line.Text) { Cursor = line.Cursor });
            }
            else
            {
                gap = new Gap(second, (gap?.Lines ?? 0) + 1, line);
            }
        }

        var gaps = gap is null ? Gaps.Remove(source) : Gaps.SetItem(source, gap);
        return (this with { Kept = kept.ToImmutable(), Gaps = gaps }, stored.ToImmutable());
    }

    /// <summary>A line for each gap that is known so far; what is dropped after it begins a new one.</summary>
    public (LogRate After, ImmutableArray<LogLine> Stored) TellGaps() =>
        (this with { Gaps = Gaps.Clear() }, [.. Gaps.Select(gap => Told(gap.Key, gap.Value))]);

    /// <summary>A source is read again from its last stored line on: what was dropped since comes once more.</summary>
    public LogRate ReadAgain(string source) => this with { Gaps = Gaps.Remove(source) };

    /// <summary>
    /// After the first line that does not fit, no line of that second does: one gap is told, and not many holes.
    /// </summary>
    private bool Fits(ImmutableSortedDictionary<long, int>.Builder kept, long second, int bytes)
    {
        var before = kept.GetValueOrDefault(second);
        var fits = before <= BytesPerSecond - bytes;
        kept[second] = fits ? before + bytes : BytesPerSecond;
        if (kept.Count > Seconds)
        {
            kept.Remove(kept.Keys.First());
        }

        return fits;
    }

    /// <summary>
    /// INVARIANT: it takes the place of the lines, cursor included. Until it is stored they count as not read, and are
    /// read and counted again after a kill.
    /// </summary>
    private LogLine Told(string source, Gap gap) =>
        new(
            gap.Last.At,
            source,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{gap.Lines} lines dropped: the app logged more than {BytesPerSecond} bytes in a second"
            )
        )
        {
            Cursor = gap.Last.Cursor,
        };

    private sealed record Gap(long Second, int Lines, ProcessLogLine Last);
}
