namespace Palisade.Runtime.Tests;

public sealed class TurnTests
{
    [Fact]
    public async Task Turns_of_one_grain_never_overlap_under_a_race()
    {
        await using var host = new TestHost(typeof(Probe));
        var probes = Enumerable.Range(0, 4).Select(i => host.Get<IProbe>($"k{i}")).ToArray();

        await Parallel.ForAsync(0, 8000, async (i, _) => await probes[i % 4].Bump()).Ends("the calls");

        foreach (var probe in probes)
        {
            Assert.Equal(2000, await probe.Value());
        }
    }

    [Fact]
    public async Task Calls_of_one_caller_run_in_their_order()
    {
        await using var host = new TestHost(typeof(Probe));
        var probe = host.Get<IProbe>("k");

        var calls = Enumerable.Range(0, 500).Select(_ => probe.Bump()).ToArray();

        Assert.Equal(Enumerable.Range(1, 500), await Task.WhenAll(calls).Ends("the calls"));
    }

    [Fact]
    public async Task A_turn_lasts_until_its_last_await_has_ended()
    {
        await using var host = new TestHost(typeof(Probe));
        var probe = host.Get<IProbe>("k");

        var first = probe.Hold("first");
        var second = probe.Hold("second");
        await host.Journal.Saw("first begins");
        host.Gates.Open("second");
        host.Gates.Open("first");
        await second.Ends("the second call");

        Assert.True(first.IsCompleted);
        Assert.Equal(["k activates", "first begins", "first ends", "second begins", "second ends"], host.Journal.Entries);
    }

    [Fact]
    public async Task Continuations_stay_on_the_activation_s_scheduler()
    {
        await using var host = new TestHost(typeof(Probe));

        Assert.True(await host.Get<IProbe>("k").KeepsItsScheduler().Ends("the call"));
    }

    [Fact]
    public async Task Different_grains_run_at_the_same_time()
    {
        await using var host = new TestHost(typeof(Probe));

        var calls = new[] { host.Get<IProbe>("a").Hold("a"), host.Get<IProbe>("b").Hold("b") };
        await host.Journal.Saw("a begins");
        await host.Journal.Saw("b begins");
        host.Gates.Open("a");
        host.Gates.Open("b");

        await Task.WhenAll(calls).Ends("the calls");
    }

    [Fact]
    public async Task The_caller_s_async_locals_do_not_reach_the_grain_and_its_own_do_not_leak()
    {
        await using var host = new TestHost(typeof(LocalGrain));
        var grain = host.Get<ILocalGrain>("k");
        LocalGrain.Local.Value = "caller";

        // Many at once, so that some run in one go.
        var seen = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => grain.Swap("turn"))).Ends("the calls");

        Assert.All(seen, Assert.Null);
        Assert.Equal("caller", LocalGrain.Local.Value);
    }

    [Fact]
    public async Task References_to_one_grain_are_equal_and_know_their_key()
    {
        await using var host = new TestHost(typeof(Probe));

        Assert.Equal(host.Get<IProbe>("k"), host.Get<IProbe>("k"));
        Assert.NotEqual(host.Get<IProbe>("k"), host.Get<IProbe>("l"));
        Assert.Equal("k", host.Get<IProbe>("k").GetPrimaryKeyString());
        Assert.Equal("k", await host.Get<IProbe>("k").Key());
        await host.Get<IProbe>("k").Nothing();
    }

    [Fact]
    public async Task Interfaces_of_one_class_share_one_activation()
    {
        await using var host = new TestHost(typeof(TwoFaced));

        await host.Get<IFront>("k").Put(7);

        Assert.Equal(7, await host.Get<IBack>("k").Take());
        Assert.Equal(1, host.Host.ActivationCount);
    }

    internal interface ILocalGrain : IGrainWithStringKey
    {
        Task<string?> Swap(string value);
    }

    internal sealed class LocalGrain : Grain, ILocalGrain
    {
        public static readonly AsyncLocal<string?> Local = new();

        public Task<string?> Swap(string value)
        {
            var before = Local.Value;
            Local.Value = value;
            return Task.FromResult(before);
        }
    }

    internal interface IFront : IGrainWithStringKey
    {
        Task Put(int value);
    }

    internal interface IBack : IGrainWithStringKey
    {
        Task<int> Take();
    }

    internal sealed class TwoFaced : Grain, IFront, IBack
    {
        private int _value;

        public Task Put(int value)
        {
            _value = value;
            return Task.CompletedTask;
        }

        public Task<int> Take() => Task.FromResult(_value);
    }
}
