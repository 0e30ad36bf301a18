using Orleans.Runtime;

namespace Palisade.Runtime.Tests;

public sealed class StopTests
{
    [Fact]
    public async Task Stopping_lets_turns_end_and_deactivates_all()
    {
        await using var host = new TestHost(typeof(Probe));
        await host.Get<IProbe>("idle").Bump();
        var running = host.Get<IProbe>("busy").Hold("x");
        var waiting = host.Get<IProbe>("busy").Bump();
        await host.Journal.Saw("x begins");

        var stop = host.Host.StopAsync(CancellationToken.None);
        await host.Journal.Saw("idle deactivates: ShuttingDown");
        await Assert.ThrowsAsync<SiloUnavailableException>(() => host.Get<IProbe>("other").Bump());
        Assert.False(stop.IsCompleted);
        host.Gates.Open("x");
        await stop.Ends("the stop");

        await running;
        Assert.Equal(1, await waiting);
        Assert.Equal(1, host.Journal.Count("busy deactivates: ShuttingDown"));
        Assert.Equal(0, host.Host.ActivationCount);
    }

    [Fact]
    public async Task A_turn_that_runs_at_the_stop_may_still_call_other_grains()
    {
        await using var host = new TestHost(typeof(Caller), typeof(Probe));
        var call = host.Get<ICaller>("c").HoldThenBump("x", "other");
        await host.Journal.Saw("x begins");

        var stop = host.Host.StopAsync(CancellationToken.None);
        host.Gates.Open("x");
        await stop.Ends("the stop");

        Assert.Equal(1, await call);
        Assert.Equal(1, host.Journal.Count("other deactivates: ShuttingDown"));
    }

    [Fact]
    public async Task A_stop_whose_time_is_up_gives_up_on_what_still_runs()
    {
        await using var host = new TestHost(typeof(Probe));
        _ = host.Get<IProbe>("busy").Hold("x");
        await host.Journal.Saw("x begins");
        using var cancel = new CancellationTokenSource();

        var stop = host.Host.StopAsync(cancel.Token);
        Assert.False(stop.IsCompleted);
        await cancel.CancelAsync();

        await stop.Ends("the stop");
        Assert.Equal(1, host.Host.ActivationCount);
    }

    internal interface ICaller : IGrainWithStringKey
    {
        Task<int> HoldThenBump(string name, string other);
    }

    internal sealed class Caller(Journal journal, Gates gates) : Grain, ICaller
    {
        public async Task<int> HoldThenBump(string name, string other)
        {
            journal.Add($"{name} begins");
            await gates.Pass(name);
            return await GrainFactory.GetGrain<IProbe>(other).Bump();
        }
    }
}
