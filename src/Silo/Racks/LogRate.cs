using System.Globalization;
using System.Text;
using Palisade.Racks;
using Palisade.Storage.Logs;

namespace Palisade.Silo.Racks;

/// <summary>
/// How much one app logs (S08). Of each second, by the engine's clock, lines are kept up to a number of bytes; the rest
/// of that second is dropped and counted, and one line says how many. Not for use by two at once.
/// </summary>
internal sealed class LogRate(int bytesPerSecond)
{
    /// <summary>Seconds whose bytes are known: sources lag behind each other, most of all after a start.</summary>
    private const int Seconds = 300;

    private readonly SortedDictionary<long, int> _kept = [];
    private readonly Dictionary<string, Gap> _gaps = new(StringComparer.Ordinal);

    /// <summary>Lines are missing that nobody was told of.</summary>
    public bool HasGaps => _gaps.Count > 0;

    /// <summary>What is to be stored of a source's next lines, in order.</summary>
    public List<LogLine> Take(string source, IEnumerable<ProcessLogLine> lines)
    {
        var stored = new List<LogLine>();
        foreach (var line in lines)
        {
            var second = line.At.ToUnixTimeSeconds();
            if (_gaps.TryGetValue(source, out var gap) && gap.Second != second)
            {
                stored.Add(Told(source, gap));
                _gaps.Remove(source);
            }

            if (Fits(second, Encoding.UTF8.GetByteCount(line.Text) + 1))
            {
                stored.Add(new LogLine(line.At, source, line.Text) { Cursor = line.Cursor });
            }
            else
            {
                var before = _gaps.GetValueOrDefault(source) ?? new Gap(second, 0, line);
                _gaps[source] = before with { Lines = before.Lines + 1, Last = line };
            }
        }

        return stored;
    }

    /// <summary>A line for each gap that is known so far; what is dropped after it begins a new one.</summary>
    public List<LogLine> TellGaps()
    {
        var told = _gaps.Select(gap => Told(gap.Key, gap.Value)).ToList();
        _gaps.Clear();
        return told;
    }

    /// <summary>
    /// After the first line that does not fit, no line of that second does: one gap is told, and not many holes.
    /// </summary>
    private bool Fits(long second, int bytes)
    {
        var kept = _kept.GetValueOrDefault(second);
        var fits = kept <= bytesPerSecond - bytes;
        _kept[second] = fits ? kept + bytes : bytesPerSecond;
        if (_kept.Count > Seconds)
        {
            _kept.Remove(_kept.First().Key);
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
                $"{gap.Lines} lines dropped: the app logged more than {bytesPerSecond} bytes in a second"
            )
        )
        {
            Cursor = gap.Last.Cursor,
        };

    private sealed record Gap(long Second, int Lines, ProcessLogLine Last);
}
