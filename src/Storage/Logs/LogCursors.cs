namespace Palisade.Storage.Logs;

/// <summary>The newest cursor of each source; of more than 1,000 sources the longest silent are forgotten.</summary>
internal sealed class LogCursors
{
    private const int Kept = 1_000;

    private readonly Dictionary<string, (string Cursor, long Turn)> _cursors = new(StringComparer.Ordinal);
    private long _turn;

    public void Note(LogLine line)
    {
        if (line.Cursor is null)
        {
            return;
        }

        _cursors[line.Source] = (line.Cursor, ++_turn);
        if (_cursors.Count > 2 * Kept)
        {
            foreach (
                var old in _cursors
                    .OrderByDescending(pair => pair.Value.Turn)
                    .Skip(Kept)
                    .Select(pair => pair.Key)
                    .ToList()
            )
            {
                _cursors.Remove(old);
            }
        }
    }

    public string? Find(string source) => _cursors.TryGetValue(source, out var found) ? found.Cursor : null;

    /// <summary>As lines without text, oldest first, for a frame at the start of a segment.</summary>
    public List<LogLine> ToLines() =>
        [
            .. _cursors
                .OrderByDescending(pair => pair.Value.Turn)
                .Take(Kept)
                .Reverse()
                .Select(pair => new LogLine(DateTimeOffset.UnixEpoch, pair.Key, "") { Cursor = pair.Value.Cursor }),
        ];
}
