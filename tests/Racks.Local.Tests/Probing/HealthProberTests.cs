using System.Net;
using Palisade.Racks.Local.Probing;
using Palisade.Racks.Local.Tests.Router;

namespace Palisade.Racks.Local.Tests.Probing;

public sealed class HealthProberTests : IDisposable
{
    private readonly HealthProber _prober = new(TimeProvider.System);

    public void Dispose() => _prober.Dispose();

    [Theory]
    [InlineData(200, true)]
    [InlineData(302, true)]
    [InlineData(399, true)]
    [InlineData(400, false)]
    [InlineData(500, false)]
    public async Task Statuses_from_200_to_399_are_healthy(int status, bool healthy)
    {
        await using var backend = new RawBackend("a") { HealthStatus = status };

        var answer = await _prober.ProbeAsync(Probe(backend.Port), default);

        Assert.Equal((healthy, $"status {status}"), (answer.Healthy, answer.Text));
    }

    [Fact]
    public async Task Failures_say_what_happened()
    {
        await using var mute = new RawBackend("mute") { Mute = true };
        await using var slow = new RawBackend("slow") { Delay = TimeSpan.FromSeconds(30) };

        Assert.Equal("connection refused", (await _prober.ProbeAsync(Probe(FreePorts.Next()), default)).Text);
        Assert.Equal("connection refused", (await _prober.ProbeAsync(Probe(FreePorts.Next()) with { Path = null }, default)).Text);
        Assert.Equal("connection closed without an answer", (await _prober.ProbeAsync(Probe(mute.Port) with { Path = "/" }, default)).Text);
        var late = await _prober.ProbeAsync(Probe(slow.Port) with { Path = "/", Timeout = TimeSpan.FromMilliseconds(200) }, default);
        Assert.Equal((ProbeOutcome.TimedOut, "timed out after 0.2 s"), (late.Outcome, late.Text));
        Assert.True((await _prober.ProbeAsync(Probe(slow.Port) with { Path = null }, default)).Healthy);
    }

    [Fact]
    public async Task A_process_that_becomes_healthy_is_seen_at_once_and_one_that_does_not_has_its_reason()
    {
        await using var backend = new RawBackend("a") { HealthStatus = 500 };
        var probe = Probe(backend.Port) with { StartInterval = TimeSpan.FromMilliseconds(20) };

        var failed = await _prober.UntilHealthyAsync(probe, TimeSpan.FromMilliseconds(200), default);
        var waiting = _prober.UntilHealthyAsync(probe, TimeSpan.FromSeconds(20), default);
        backend.HealthStatus = 200;
        var passed = await waiting.WaitAsync(TimeSpan.FromSeconds(5));

        Assert.Equal((false, "status 500"), (failed.Healthy, failed.Last.Text));
        Assert.True(failed.Probes > 1);
        Assert.True(passed.Healthy);
    }

    [Fact]
    public async Task A_watch_tells_each_change_and_forgives_failures_within_the_grace()
    {
        await using var backend = new RawBackend("a");
        var probe = Probe(backend.Port) with
        {
            Interval = TimeSpan.FromMilliseconds(20),
            StartInterval = TimeSpan.FromMilliseconds(20),
            UnhealthyThreshold = 2,
        };
        var seen = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));

        await foreach (var verdict in _prober.WatchAsync(probe, limit.Token))
        {
            seen.Add($"{verdict.Healthy} {verdict.Last.Text}");
            backend.HealthStatus = verdict.Healthy ? 503 : 200;
            if (seen.Count == 3)
            {
                break;
            }
        }

        Assert.Equal(["True status 200", "False status 503", "True status 200"], seen);
    }

    private static HealthProbe Probe(int port) => new(new IPEndPoint(IPAddress.Loopback, port)) { Path = "/health" };
}
