using System.Net;
using Palisade.Driver;
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

        Assert.Equal("connection refused", (await _prober.ProbeAsync(Probe(FreePort.Next()), default)).Text);
        Assert.Equal(
            "connection refused",
            (await _prober.ProbeAsync(Probe(FreePort.Next()) with { Path = null }, default)).Text
        );
        Assert.Equal(
            "connection closed without an answer",
            (await _prober.ProbeAsync(Probe(mute.Port) with { Path = "/" }, default)).Text
        );
        var late = await _prober.ProbeAsync(
            Probe(slow.Port) with
            {
                Path = "/",
                Timeout = TimeSpan.FromMilliseconds(200),
            },
            default
        );
        Assert.Equal((ProbeOutcome.TimedOut, "timed out after 0.2 s"), (late.Outcome, late.Text));
        Assert.True((await _prober.ProbeAsync(Probe(slow.Port) with { Path = null }, default)).Healthy);
    }

    private static HealthProbe Probe(int port) => new(new IPEndPoint(IPAddress.Loopback, port)) { Path = "/health" };
}
