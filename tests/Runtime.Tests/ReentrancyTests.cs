namespace Palisade.Runtime.Tests;

public sealed class ReentrancyTests
{
    [Fact]
    public async Task A_reentrant_class_interleaves_its_turns()
    {
        await using var host = new TestHost(typeof(ReentrantProbe));
        var probe = host.Get<IReentrantProbe>("k");

        var first = probe.Hold("first");
        await host.Journal.Saw("first begins");
        var second = probe.Hold("second");
        await host.Journal.Saw("second begins");
        host.Gates.Open("first");
        host.Gates.Open("second");

        await Task.WhenAll(first, second).Ends("the calls");
    }

    [Fact]
    public async Task A_reentrant_class_may_be_called_back()
    {
        await using var host = new TestHost(typeof(ReentrantProbe));

        // IProbe resolves to the one class that implements it here, which is reentrant.
        await host.Get<IProbe>("a").Visit(["b", "a", "b"]).Ends("the visit");

        Assert.Equal(2, host.Journal.Count("a visited"));
    }

    [Fact]
    public async Task An_always_interleaving_method_runs_beside_a_turn_and_past_those_that_wait()
    {
        await using var host = new TestHost(typeof(Probe));
        var probe = host.Get<IProbe>("k");

        var turn = probe.Hold("turn");
        var waiting = probe.Hold("waiting");
        await host.Journal.Saw("turn begins");
        host.Gates.Open("beside");
        await probe.Interleave("beside").Ends("the interleaving call");
        Assert.Equal(0, host.Journal.Count("waiting begins"));
        host.Gates.Open("turn");
        host.Gates.Open("waiting");

        await Task.WhenAll(turn, waiting).Ends("the calls");
    }

    [Fact]
    public async Task An_always_interleaving_call_does_not_keep_a_turn_from_beginning()
    {
        await using var host = new TestHost(typeof(Probe));
        var probe = host.Get<IProbe>("k");

        var beside = probe.Interleave("beside");
        await host.Journal.Saw("beside begins");
        Assert.Equal(1, await probe.Bump().Ends("the turn"));
        host.Gates.Open("beside");
        await beside.Ends("the interleaving call");
    }

    [Fact]
    public async Task Read_only_calls_run_beside_each_other_past_a_waiting_write_which_waits_for_all_of_them()
    {
        await using var host = new TestHost(typeof(Probe));
        var probe = host.Get<IProbe>("k");

        var first = probe.Read("first");
        await host.Journal.Saw("first begins");
        var write = probe.Hold("write");
        var second = probe.Read("second");
        await host.Journal.Saw("second begins");
        host.Gates.Open("first");
        await first.Ends("the first read");
        Assert.Equal(0, host.Journal.Count("write begins"));
        host.Gates.Open("second");
        await host.Journal.Saw("write begins");

        var third = probe.Read("third");
        Assert.Equal(0, host.Journal.Count("third begins"));
        host.Gates.Open("write");
        host.Gates.Open("third");
        await Task.WhenAll(second, write, third).Ends("the calls");
        Assert.True(host.Journal.Entries.ToList().IndexOf("write ends") < host.Journal.Entries.ToList().IndexOf("third begins"));
    }

    [Fact]
    public async Task A_stream_of_reads_does_not_starve_a_write()
    {
        await using var host = new TestHost(typeof(Probe));
        var probe = host.Get<IProbe>("k");

        var reads = new List<Task> { probe.Read("r0") };
        await host.Journal.Saw("r0 begins");
        var write = probe.Hold("write");
        reads.AddRange(Enumerable.Range(1, 200).Select(i => probe.Read($"r{i}")));
        await host.Journal.Saw("r64 begins");
        for (var i = 0; i <= 64; i++)
        {
            host.Gates.Open($"r{i}");
        }

        await host.Journal.Saw("write begins");
        Assert.Equal(0, host.Journal.Count("r65 begins"));
        host.Gates.Open("write");
        for (var i = 65; i <= 200; i++)
        {
            host.Gates.Open($"r{i}");
        }

        await Task.WhenAll(reads.Append(write)).Ends("the calls");
    }
}
