using System.Collections.Concurrent;
using System.Threading.Channels;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;
using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class DiskWatchTests : IAsyncDisposable
{
    private const long Mebibyte = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly AppRef App = SomeContainer.Of("any").Labels.App;

    private readonly ConcurrentDictionary<string, SeenContainer> _seen = new();
    private readonly Channel<(string Container, string Reason)> _stopped = Channel.CreateUnbounded<(string, string)>();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly CancellationTokenSource _end = new();
    private Func<DiskHolder, CancellationToken, Task<long>> _measure = (_, _) => Task.FromResult(0L);
    private Func<SeenContainer, string, Task> _stop = (_, _) => Task.CompletedTask;
    private DiskWatch? _watch;
    private Task _running = Task.CompletedTask;

    [Fact]
    public async Task S24_what_takes_long_to_count_does_not_hide_others()
    {
        var counted = new TaskCompletionSource();
        _measure = async (holder, ended) =>
        {
            if (holder is LayerHolder { Container.ContainerId: "full" })
            {
                return 65 * Mebibyte;
            }

            await counted.Task.WaitAsync(ended);
            return 0;
        };
        foreach (var slow in Enumerable.Range(0, 8))
        {
            Runs(SomeContainer.Of($"slow{slow}"));
        }

        Start();
        Runs(SomeContainer.Of("full"));

        // Where this machine stands still, what takes long is given up on and stopped as well; none of it was counted.
        await StopOfAsync("full", others: "more files than can be counted");
        counted.SetResult();
    }

    [Fact]
    public async Task S24_files_that_cannot_be_counted_are_too_many()
    {
        var meter = new DiskMeter(
            (id, _) =>
                id == "slow"
                    ? throw new TimeoutException("as the engine's client does")
                    : Task.FromResult(5 * Mebibyte),
            new RackFolder("/nowhere")
        );
        _measure = async (holder, ended) =>
        {
            if (holder is LayerHolder { Container.ContainerId: "endless" })
            {
                await Task.Delay(Timeout.Infinite, ended);
            }

            return await meter.MeasureAsync(holder, long.MaxValue, ended);
        };
        Runs(SomeContainer.Of("quick"));
        Runs(SomeContainer.Of("endless"));
        Runs(SomeContainer.Of("slow"));

        Start();

        var stopped = new HashSet<string>();
        while (stopped.Count < 2)
        {
            var (container, reason) = await NextStopAsync();
            Assert.Contains("more files than can be counted", reason, StringComparison.Ordinal);
            Assert.NotEqual("quick", container);
            stopped.Add(container);
        }
    }

    [Fact]
    public async Task S24_volumes_that_grow_between_two_processes_stop_the_second()
    {
        var held = 70 * Mebibyte;
        var counts = Channel.CreateUnbounded<int>();
        _measure = (holder, _) =>
        {
            if (holder is not VolumeHolder volumes)
            {
                return Task.FromResult(0L);
            }

            // What they hold now: they are made to hold more as soon as they are seen to be counted.
            var counted = Task.FromResult(Interlocked.Read(ref held));
            counts.Writer.TryWrite(volumes.Mounting.Length);
            return counted;
        };
        Runs(SomeContainer.Of("first") with { HasVolumes = true });
        Start();
        await CountOfAsync(counts, mounting: 1);

        // It has ended and they are counted a last time; then it comes back, and they hold more.
        _seen.Clear();
        await CountOfAsync(counts, mounting: 0);
        Interlocked.Exchange(ref held, 71 * Mebibyte);
        Runs(SomeContainer.Of("second") with { HasVolumes = true });

        Assert.Contains("and grow", await StopOfAsync("second"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S24_a_process_that_cannot_be_stopped_keeps_none_of_the_others_running()
    {
        _measure = (holder, _) => Task.FromResult(holder is VolumeHolder ? 2000 * Mebibyte : 0);
        _stop = (container, _) =>
            container.ContainerId == "stuck1" ? throw new TimeoutException("stuck1 has not ended")
            : container.ContainerId == "stuck2" ? Task.Delay(Timeout.Infinite, _end.Token)
            : Task.CompletedTask;
        foreach (var id in new[] { "stuck1", "one", "stuck2", "two" })
        {
            Runs(SomeContainer.Of(id) with { HasVolumes = true });
        }

        Start();

        var stopped = new[] { (await NextStopAsync()).Container, (await NextStopAsync()).Container };
        Assert.Equal(["one", "two"], stopped.Order());
        await UntilAsync(() => !_failures.IsEmpty, "word of the one that could not be stopped");
        Assert.All(_failures, failure => Assert.Equal("stuck1 has not ended", failure.Message));
    }

    [Fact]
    public async Task S24_volumes_that_short_processes_filled_take_no_more_of_them_until_there_is_room()
    {
        var held = 2000 * Mebibyte;
        _measure = (holder, _) => Task.FromResult(holder is VolumeHolder ? Interlocked.Read(ref held) : 0);
        Start();
        Assert.True(_watch!.HasRoom(App, SomeContainer.AppId).Ok);

        // No look ever sees the process.
        _watch.Mounted(App, SomeContainer.AppId);

        await UntilAsync(() => !_watch.HasRoom(App, SomeContainer.AppId).Ok, "volumes that are full");
        var refused = _watch.HasRoom(App, SomeContainer.AppId).Problem;
        Assert.IsType<Conflict>(refused);
        Assert.StartsWith(
            "the volumes of shop hold 2000 MiB, more than the 64 MiB",
            refused.Message,
            StringComparison.Ordinal
        );
        Assert.True(_watch.HasRoom(App, "another").Ok);
        Interlocked.Exchange(ref held, 10 * Mebibyte);
        await UntilAsync(() => _watch.HasRoom(App, SomeContainer.AppId).Ok, "room in the volumes");
    }

    [Fact]
    public async Task A_count_that_fails_is_tried_again()
    {
        var tries = 0;
        _measure = (_, _) =>
            Interlocked.Increment(ref tries) < 3
                ? throw new EngineException(500, "not now")
                : Task.FromResult(65 * Mebibyte);
        Runs(SomeContainer.Of("full"));

        Start();

        await StopOfAsync("full");
        Assert.Equal(2, _failures.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watch?.Dispose();
        _end.Dispose();
    }

    private void Start()
    {
        _watch = new DiskWatch(
            () => new DiskLimits(64, 64),
            () => _seen.Values,
            () => 0,
            (holder, _, ended) => _measure(holder, ended),
            async (container, reason, end) =>
            {
                await _stop(container, reason);
                _seen[container.ContainerId] = container with { State = ProcessPhase.Exited };
                await _stopped.Writer.WriteAsync((container.ContainerId, reason), end);
            },
            _failures.Enqueue,
            new HastyTime()
        );
        _running = _watch.RunAsync(_end.Token);
    }

    private void Runs(SeenContainer container) => _seen[container.ContainerId] = container;

    /// <param name="container">That is stopped next.</param>
    /// <param name="others">For what reason others may be stopped before it; null: for none.</param>
    private async Task<string> StopOfAsync(string container, string? others = null)
    {
        while (true)
        {
            var (stopped, reason) = await NextStopAsync();
            if (stopped == container)
            {
                return reason;
            }

            Assert.True(
                others is not null && reason.Contains(others, StringComparison.Ordinal),
                $"{stopped} was stopped: {reason}"
            );
        }
    }

    private async Task<(string Container, string Reason)> NextStopAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await _stopped.Reader.ReadAsync(limit.Token);
    }

    private static async Task CountOfAsync(Channel<int> counts, int mounting)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (await counts.Reader.ReadAsync(limit.Token) != mounting) { }
    }

    private static async Task UntilAsync(Func<bool> seen, string what)
    {
        var end = DateTimeOffset.UtcNow + Patience;
        while (!seen())
        {
            Assert.True(DateTimeOffset.UtcNow < end, $"missing: {what}");
            await Task.Delay(10);
        }
    }
}
