using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Tests.Engine;

public sealed class ContainerLogFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-log-").FullName;

    private string Log => Path.Combine(_folder, "ctr.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_log_that_the_engine_replaces_is_read_to_its_end_and_on_in_the_new_one()
    {
        var (ended, read) = (false, new List<string>());
        Write(0, 100);
        var rounds = 0;

        // Asked before each look: the first look is at the first file alone.
        await foreach (var line in ReadAsync(LogPosition.Start, Between))
        {
            read.Add(line.Line.Text);
        }

        Assert.Equal(Enumerable.Range(0, 400).Select(i => $"line {i}"), read);

        bool Between()
        {
            switch (++rounds)
            {
                case 2:
                    // Written after the last look, and then replaced by more than was read so far.
                    Write(100, 50);
                    Replace(150, 250);
                    break;
                case 3:
                    ended = true;
                    break;
            }

            return ended;
        }
    }

    [Fact]
    public async Task After_a_restart_reading_goes_on_where_it_was_or_at_the_start_of_a_new_file()
    {
        Write(0, 10);
        var all = await CollectAsync(LogPosition.Start);
        var (middle, plain) = (all[3].Next, LogPosition.Parse("0"));
        Assert.Equal(middle, LogPosition.Parse(middle.ToString()));

        Assert.Equal(all.Skip(4).Select(l => l.Line), (await CollectAsync(middle)).Select(l => l.Line));
        Assert.Equal(10, (await CollectAsync(plain)).Count);

        // Longer than the old one was: an offset alone would be in the middle of a row.
        Replace(10, 500);
        Assert.Equal("line 10", (await CollectAsync(middle))[0].Line.Text);
        Assert.Equal(500, (await CollectAsync(middle)).Count);
    }

    private void Write(int first, int count) => File.AppendAllLines(Log, Rows(first, count));

    private void Replace(int first, int count)
    {
        File.WriteAllLines($"{Log}.tmp", Rows(first, count));
        File.Move($"{Log}.tmp", Log, overwrite: true);
    }

    private static IEnumerable<string> Rows(int first, int count) =>
        Enumerable
            .Range(first, count)
            .Select(i =>
                $"{DateTimeOffset.UnixEpoch.AddMilliseconds(i):yyyy-MM-ddTHH:mm:ss.fffffffzzz} stdout F line {i}"
            );

    private IAsyncEnumerable<StoredLogLine> ReadAsync(LogPosition from, Func<bool> ended) =>
        ContainerLogFile.ReadAsync(Log, from, _ => ValueTask.FromResult(ended()), TimeProvider.System, default);

    private async Task<List<StoredLogLine>> CollectAsync(LogPosition from)
    {
        var lines = new List<StoredLogLine>();
        await foreach (var line in ReadAsync(from, () => true))
        {
            lines.Add(line);
        }

        return lines;
    }
}
