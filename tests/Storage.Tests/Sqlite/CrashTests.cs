using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Operating;
using Palisade.Storage.Sqlite;
using Xunit.Abstractions;

namespace Palisade.Storage.Tests.Sqlite;

public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Rounds = 8;

    [Fact]
    public async Task What_was_acknowledged_is_there_after_kill_9()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var harness = new SqliteHarness();
        var acknowledged = new Dictionary<string, long>(StringComparer.Ordinal);
        var published = new Dictionary<long, string>();
        for (var round = 0; round < Rounds; round++)
        {
            var (logged, objects) = await RunAndKillAsync(
                harness.Options.DataDirectory,
                round,
                random.Next(5, 250),
                acknowledged,
                published
            );
            await CheckAsync(harness, round, acknowledged, logged, objects);
            await CheckLogAsync(harness, published);
        }

        Assert.NotEmpty(published);

        output.WriteLine($"{acknowledged.Values.Sum()} entries over {acknowledged.Count} streams");
        Assert.True(acknowledged.Values.Sum() > 100, "the child acknowledged next to nothing");
    }

    private static async Task<(int Logged, HashSet<string> Objects)> RunAndKillAsync(
        string folder,
        int round,
        int milliseconds,
        Dictionary<string, long> acknowledged,
        Dictionary<long, string> published
    )
    {
        using var child = Process.Start(
            new ProcessStartInfo("dotnet")
            {
                ArgumentList = { "exec", ChildPath(), folder, round.ToString(CultureInfo.InvariantCulture) },
                RedirectStandardOutput = true,
            }
        )!;
        var (logged, objects) = (-1, new HashSet<string>(StringComparer.Ordinal));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Task? kill = null;
        while (await child.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            var parts = line.Split(' ');
            // The clock of the kill starts with the first acknowledgement, whatever the start of the process costs; in
            // the last round with a checkpoint, if a slow machine has published none.
            if (round < Rounds - 1 || published.Count > 0 || parts[0] == "checkpoint")
            {
                kill ??= KillAsync(child, milliseconds);
            }

            switch (parts[0])
            {
                case "entry" when parts.Length == 3:
                    acknowledged[parts[1]] = Math.Max(
                        acknowledged.GetValueOrDefault(parts[1]),
                        long.Parse(parts[2], CultureInfo.InvariantCulture)
                    );
                    break;
                case "log" when parts.Length == 2:
                    logged = int.Parse(parts[1], CultureInfo.InvariantCulture);
                    break;
                case "checkpoint" when parts is [_, _, { Length: 64 }]:
                    published.Add(long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]);
                    break;
                case "object":
                    objects.Add(parts[1]);
                    break;
            }
        }

        await (kill ?? throw new InvalidOperationException("The child ended before it acknowledged anything."));
        await child.WaitForExitAsync(deadline.Token);
        return (logged, objects);
    }

    private static async Task KillAsync(Process child, int milliseconds)
    {
        await Task.Delay(milliseconds);
        child.Kill();
    }

    private static async Task CheckAsync(
        SqliteHarness harness,
        int round,
        Dictionary<string, long> acknowledged,
        int logged,
        HashSet<string> objects
    )
    {
        await using var store = await SqliteStore.OpenAsync(
            harness.Options,
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        var report = await StoreVerification.RunAsync(store);
        Assert.Empty(report.Faults);
        Assert.True(report.Streams >= acknowledged.Count);
        foreach (var (stream, seq) in acknowledged)
        {
            var head = (await store.Journal.HeadsAsync([new(stream)]))[0].Head;
            Assert.True(head >= seq, $"{stream}: acknowledged {seq}, head {head}");

            // The two entries of a record stream came in one append: half of it must never be there.
            Assert.True(
                !stream.StartsWith("rec/", StringComparison.Ordinal) || head % 2 == 0,
                $"{stream}: half an append, head {head}"
            );
        }

        var lines = new List<int>();
        await foreach (var line in store.Logs.ReadAsync("app/acme/crash/web", new() { SourcePrefix = $"run/{round}" }))
        {
            if (line.Source == $"run/{round}")
            {
                lines.Add(int.Parse(line.Text.Split(' ')[0], CultureInfo.InvariantCulture));
            }
        }

        Assert.Equal(Enumerable.Range(0, lines.Count), lines);
        Assert.True(lines.Count > logged, $"log: flushed {logged}, found {lines.Count}");
        Assert.Equal(
            lines.Count == 0 ? null : $"{lines.Count - 1}",
            await store.Logs.CursorAsync("app/acme/crash/web", $"run/{round}")
        );
        foreach (var key in objects)
        {
            await using var stream = await store.Objects.OpenAsync("acme", key);
            await stream!.CopyToAsync(Stream.Null);
        }
    }

    /// <summary>
    /// Nothing that was published is taken back, nothing is outside of the log or twice inside, and what waited goes on
    /// from there.
    /// </summary>
    private static async Task CheckLogAsync(SqliteHarness harness, Dictionary<long, string> published)
    {
        await using var store = await SqliteStore.OpenAsync(
            harness.Options,
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        Assert.Empty(await store.Audit.VerifyAsync());
        foreach (var (size, root) in published)
        {
            Assert.Equal(root, Convert.ToHexStringLower((await store.Audit.HashesAsync("acme", [new(0, size)]))[0]));
        }
    }

    private static string ChildPath()
    {
        // …/tests/Storage.Tests/bin/<configuration>/net10.0/
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(
            own.Parent!.Parent!.Parent!.Parent!.FullName,
            "Storage.Crash",
            "bin",
            own.Parent.Name,
            own.Name,
            "Palisade.Storage.Crash.dll"
        );
    }
}
