using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Silo.Racks;
using Palisade.Storage.Logs;

namespace Palisade.Grains.Tests.Apps;

public sealed class AppLogsTests : IAsyncDisposable
{
    private const string Source = "service/web/web-0123456789-abcde";

    private static readonly AppRef App = AppRef.Parse("acme/staging/web");
    private static readonly DateTimeOffset Second = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ForwardTime _time = new();
    private readonly ListedLogs _store = new();
    private readonly AppLogs _logs;

    public AppLogsTests() =>
        _logs = new AppLogs(
            _store,
            Options.Create(new AppLimits { LogBytesPerSecond = 100 }),
            _time,
            NullLogger<AppLogs>.Instance
        );

    [Fact]
    public async Task What_could_not_be_stored_was_not_counted()
    {
        _store.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => KeepAsync(App, Lines(Second, 0, 10)));

        _store.Fails = false;
        await KeepAsync(App, Lines(Second, 0, 10));

        Assert.Equal(Lines(Second, 0, 10).Select(l => l.Text), _store.Lines.Select(l => l.Text));
    }

    [Fact]
    public async Task What_was_dropped_and_is_read_again_is_counted_once()
    {
        await KeepAsync(App, Lines(Second, 0, 30));
        _store.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => KeepAsync(App, Lines(Second.AddSeconds(1), 30, 2)));

        // As a collector does after a failure: it goes on behind the last line that was stored.
        _store.Fails = false;
        var cursor = int.Parse((await _logs.CursorAsync(App, Source, default))!, CultureInfo.InvariantCulture);
        await KeepAsync(App, Lines(Second, cursor + 1, 30 - cursor - 1));
        await KeepAsync(App, Lines(Second.AddSeconds(1), 30, 2));

        Assert.Equal(
            ["20 lines dropped: the app logged more than 100 bytes in a second", "line   30", "line   31"],
            _store.Lines.Skip(10).Select(l => l.Text)
        );
    }

    [Fact]
    public async Task Apps_that_log_no_more_are_forgotten()
    {
        for (var i = 0; i < 20; i++)
        {
            await KeepAsync(App with { App = $"app{i}" }, Lines(Second, 0, 1));
        }

        _time.Forward(TimeSpan.FromMinutes(3));
        await KeepAsync(App, Lines(Second, 0, 1));
        Assert.Equal(21, _logs.Counted);
        _time.Forward(TimeSpan.FromMinutes(3));
        await KeepAsync(App with { App = "new" }, Lines(Second, 0, 1));

        Assert.Equal(2, _logs.Counted);
    }

    public ValueTask DisposeAsync() => _logs.DisposeAsync();

    private Task KeepAsync(AppRef app, ImmutableArray<ProcessLogLine> lines) =>
        _logs.KeepAsync(app, Source, lines, default).AsTask();

    /// <summary>Of 10 bytes each, with their ends.</summary>
    private static ImmutableArray<ProcessLogLine> Lines(DateTimeOffset at, int first, int count) =>
        [
            .. Enumerable
                .Range(first, count)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}"))
                .Select(i => new ProcessLogLine(at, $"line{i, 5}", i)),
        ];

    private sealed class ListedLogs : ILogStore
    {
        public List<LogLine> Lines { get; } = [];

        public bool Fails { get; set; }

        public ValueTask AppendAsync(string log, ImmutableArray<LogLine> lines, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw new IOException("No space left on device");
            }

            Lines.AddRange(lines);
            return ValueTask.CompletedTask;
        }

        public Task<string?> CursorAsync(string log, string source, CancellationToken cancellationToken) =>
            Task.FromResult(Lines.LastOrDefault(l => l.Source == source)?.Cursor);

        public Task FlushAsync(string log, CancellationToken cancellationToken) => Task.CompletedTask;

        public async IAsyncEnumerable<LogLine> ReadAsync(
            string log,
            LogQuery query,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await Task.CompletedTask;
            foreach (var line in Lines)
            {
                yield return line;
            }
        }

        public Task CompleteAsync(string log, ImmutableArray<LogLine> last, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task TrimAsync(string log, TimeSpan maxAge, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task DeleteAsync(string log, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
