using Orleans.Hosting;

namespace Palisade.Runtime.Tests;

public sealed class DeadlockTests
{
    [Fact]
    public async Task A_call_chain_that_comes_back_ends_in_a_time_out_that_names_the_chain()
    {
        var time = new ManualTime();
        await using var host = new TestHost(null, time, null, typeof(Probe));

        var call = host.Get<IProbe>("a").Visit(["b", "a"]);
        await host.Journal.Saw("b visited");
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        var timeout = await Assert.ThrowsAsync<TimeoutException>(() => call.Ends("the call"));
        Assert.Contains("00:00:30", timeout.Message, StringComparison.Ordinal);
        Assert.Contains(
            "IProbe.Visit on Probe/a -> IProbe.Visit on Probe/b -> IProbe.Visit on Probe/a", timeout.Message, StringComparison.Ordinal);
        Assert.Contains("Deadlock", timeout.Message, StringComparison.Ordinal);
        Assert.Equal(1, host.Journal.Count("a visited"));
    }

    [Fact]
    public async Task A_grain_that_was_in_a_deadlock_serves_again_after_the_time_out()
    {
        var time = new ManualTime();
        await using var host = new TestHost(null, time, null, typeof(Probe));

        var call = host.Get<IProbe>("a").Visit(["a"]);
        await host.Journal.Saw("a visited");
        await Task.Run(() => time.Advance(TimeSpan.FromSeconds(40)));
        await Assert.ThrowsAsync<TimeoutException>(() => call.Ends("the call"));

        Assert.Equal(1, await host.Get<IProbe>("a").Bump().Ends("the next call"));
    }

    [Fact]
    public async Task A_call_that_timed_out_before_its_turn_never_runs()
    {
        var time = new ManualTime();
        await using var host = new TestHost(new BuiltInGrainOptions { ResponseTimeout = TimeSpan.FromSeconds(1) }, time, null, typeof(Probe));
        var probe = host.Get<IProbe>("k");

        var holder = probe.Hold("holder");
        var late = probe.Hold("late");
        await host.Journal.Saw("holder begins");
        time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => holder.Ends("the running call"));
        var timeout = await Assert.ThrowsAsync<TimeoutException>(() => late.Ends("the waiting call"));
        Assert.Contains("waits for its turn behind IProbe.Hold", timeout.Message, StringComparison.Ordinal);
        host.Gates.Open("holder");
        await host.Journal.Saw("holder ends");

        Assert.Equal(1, await probe.Bump().Ends("the next call"));
        Assert.Equal(0, host.Journal.Count("late begins"));
    }

    [Fact]
    public async Task A_turn_that_blocks_its_thread_times_out_too()
    {
        var time = new ManualTime();
        await using var host = new TestHost(null, time, null, typeof(Blocker));
        using var release = new ManualResetEventSlim();
        Blocker.Release = release;

        var call = host.Get<IBlocker>("k").Block();
        var behind = host.Get<IBlocker>("k").Block();
        await host.Journal.Saw("blocks");
        time.Advance(TimeSpan.FromSeconds(40));

        await Assert.ThrowsAsync<TimeoutException>(() => call.Ends("the blocking call"));
        await Assert.ThrowsAsync<TimeoutException>(() => behind.Ends("the call behind it"));
        release.Set();
    }

    internal interface IBlocker : IGrainWithStringKey
    {
        Task Block();
    }

    internal sealed class Blocker(Journal journal) : Grain, IBlocker
    {
        public static ManualResetEventSlim? Release;

        public Task Block()
        {
            journal.Add("blocks");
            Release!.Wait();
            return Task.CompletedTask;
        }
    }
}
