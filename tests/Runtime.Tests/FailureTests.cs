namespace Palisade.Runtime.Tests;

public sealed class FailureTests
{
    [Fact]
    public async Task Exceptions_reach_the_caller_with_their_type()
    {
        await using var host = new TestHost(typeof(Probe));
        var probe = host.Get<IProbe>("k");

        Assert.Equal("later", (await Assert.ThrowsAsync<OddException>(() => probe.Throw("later"))).Message);
        Assert.Equal("now", (await Assert.ThrowsAsync<OddException>(() => probe.ThrowAtOnce("now"))).Message);
        Assert.Equal(1, await probe.Bump());
    }

    [Fact]
    public async Task Cancelling_reaches_a_running_turn()
    {
        await using var host = new TestHost(typeof(Probe));
        using var cancel = new CancellationTokenSource();

        var call = host.Get<IProbe>("k").HoldUntil("x", cancel.Token);
        await host.Journal.Saw("x begins");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Ends("the call"));
        Assert.Equal(0, host.Journal.Count("x ends"));
    }

    [Fact]
    public async Task Cancelling_takes_a_waiting_call_back()
    {
        await using var host = new TestHost(typeof(Probe));
        using var cancel = new CancellationTokenSource();
        var probe = host.Get<IProbe>("k");

        var holder = probe.Hold("holder");
        await host.Journal.Saw("holder begins");
        var call = probe.HoldUntil("x", cancel.Token);
        await cancel.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Ends("the waiting call"));
        Assert.Equal(cancel.Token, cancelled.CancellationToken);
        host.Gates.Open("holder");
        await holder.Ends("the running call");

        await probe.Bump();
        Assert.Equal(0, host.Journal.Count("x begins"));
    }

    [Fact]
    public async Task A_cancelled_token_stops_the_call_before_it_activates_anything()
    {
        await using var host = new TestHost(typeof(Probe));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => host.Get<IProbe>("k").HoldUntil("x", new CancellationToken(canceled: true)));

        Assert.Equal(0, host.Host.ActivationCount);
    }

    [Fact]
    public async Task A_failing_activation_fails_its_calls_and_the_next_call_tries_again()
    {
        await using var host = new TestHost(typeof(Fragile));
        var grain = host.Get<IFragile>("k");

        Fragile.Failures = 1;
        var calls = new[] { grain.Answer(), grain.Answer() };
        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<OddException>(() => call.Ends("the call"));
        }

        Assert.Equal(0, host.Host.ActivationCount);
        Assert.Equal(42, await grain.Answer().Ends("the next call"));
    }

    [Fact]
    public async Task A_failing_constructor_fails_the_call_with_its_exception()
    {
        await using var host = new TestHost(typeof(Unbuildable));

        await Assert.ThrowsAsync<OddException>(() => host.Get<IUnbuildable>("k").Answer().Ends("the call"));
    }

    [Fact]
    public void A_grain_made_by_hand_says_so_when_it_needs_the_runtime()
    {
        var grain = new Probe(new Journal(), new Gates());

        Assert.Throws<InvalidOperationException>(() => { _ = grain.IdentityString; });
        Assert.Throws<ArgumentException>(() => grain.GetPrimaryKeyString());
    }

    internal interface IFragile : IGrainWithStringKey
    {
        Task<int> Answer();
    }

    internal sealed class Fragile : Grain, IFragile
    {
        public static int Failures;

        public override async Task OnActivateAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(20, cancellationToken);
            if (Interlocked.Decrement(ref Failures) >= 0)
            {
                throw new OddException("not now");
            }
        }

        public Task<int> Answer() => Task.FromResult(42);
    }

    internal interface IUnbuildable : IGrainWithStringKey
    {
        Task<int> Answer();
    }

    internal sealed class Unbuildable : Grain, IUnbuildable
    {
        public Unbuildable() => throw new OddException("never");

        public Task<int> Answer() => Task.FromResult(42);
    }
}
