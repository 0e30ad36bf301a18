using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Palisade.Runtime.Tests;

public sealed class LifetimeTests
{
    [Fact]
    public async Task An_unused_activation_is_collected_after_its_age()
    {
        var time = new ManualTime();
        await using var host = new TestHost(null, time, null, typeof(Probe));
        await host.Get<IProbe>("old").Bump();
        time.Advance(TimeSpan.FromMinutes(10));
        await host.Get<IProbe>("new").Bump();
        await Soon.Until(() => host.Host.ActivationCount == 2, "two activations");

        time.Advance(TimeSpan.FromMinutes(7));

        await host.Journal.Saw("old deactivates: ActivationIdle");
        await host.Journal.Saw("old disposed");
        Assert.Equal(0, host.Journal.Count("new deactivates: ActivationIdle"));
        Assert.Equal(1, await host.Get<IProbe>("old").Bump().Ends("a call after collection"));
        Assert.Equal(2, host.Journal.Count("old activates"));
    }

    [Fact]
    public async Task A_busy_or_delayed_activation_is_not_collected()
    {
        var time = new ManualTime();
        await using var host = new TestHost(
            new BuiltInGrainOptions { ResponseTimeout = TimeSpan.FromHours(9) }, time, null, typeof(Probe));
        await host.Get<IProbe>("delayed").Stay(TimeSpan.FromHours(1));
        await host.Get<IProbe>("idle").Bump();
        var held = host.Get<IProbe>("busy").Hold("x");
        await host.Journal.Saw("x begins");

        time.Advance(TimeSpan.FromMinutes(20));
        await host.Journal.Saw("idle disposed");
        Assert.Equal(0, host.Journal.Count("delayed deactivates: ActivationIdle"));
        Assert.Equal(0, host.Journal.Count("busy deactivates: ActivationIdle"));
        time.Advance(TimeSpan.FromMinutes(50));
        await host.Journal.Saw("delayed deactivates: ActivationIdle");

        host.Gates.Open("x");
        await held.Ends("the held call");
    }

    [Fact]
    public async Task Past_its_bound_the_cache_loses_the_least_recently_used()
    {
        var time = new ManualTime();
        await using var host = new TestHost(new BuiltInGrainOptions { MaxActivations = 10 }, time, null, typeof(Probe));
        for (var i = 0; i < 10; i++)
        {
            await host.Get<IProbe>($"k{i}").Bump();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await host.Get<IProbe>("k0").Bump();
        time.Advance(TimeSpan.FromSeconds(1));
        await host.Get<IProbe>("k10").Bump();
        await host.Get<IProbe>("k11").Bump();

        await host.Journal.Saw("k1 disposed");
        await host.Journal.Saw("k2 disposed");
        await Soon.Until(() => host.Host.ActivationCount == 10, "ten activations");
        Assert.Equal(0, host.Journal.Count("k0 deactivates: ActivationIdle"));
        Assert.Equal(0, host.Journal.Count("k3 deactivates: ActivationIdle"));
    }

    [Fact]
    public async Task A_flood_of_keys_keeps_the_cache_near_its_bound()
    {
        await using var host = new TestHost(new BuiltInGrainOptions { MaxActivations = 200 }, null, null, typeof(Probe));

        await Parallel.ForAsync(0, 20_000, async (i, _) => await host.Get<IProbe>($"k{i}").Bump()).Ends("the flood");

        await Soon.Until(() => host.Host.ActivationCount <= 200, "at most 200 activations");
    }

    [Fact]
    public async Task Deactivating_waits_for_the_running_turn_and_gives_what_waits_to_a_fresh_activation()
    {
        await using var host = new TestHost(typeof(Leaver));
        var leaver = host.Get<ILeaver>("k");

        var leaving = leaver.LeaveThenHold();
        await host.Journal.Saw("leaving");
        var next = leaver.Instance();

        // Behind that call in the mailbox, so that the activation has looked at it; what interleaves still gets through.
        await leaver.Ping().Ends("the interleaving call");
        Assert.Equal(["leaving"], host.Journal.Entries);
        host.Gates.Open("leave");
        var first = await leaving.Ends("the leaving turn");

        Assert.NotEqual(first, await next.Ends("the next call"));
        Assert.Equal(["leaving", "left", "going", "gone"], host.Journal.Entries);
    }

    [Fact]
    public async Task Each_activation_has_a_scope_of_its_own_that_ends_with_it()
    {
        await using var host = new TestHost(null, null, s => s.AddScoped<Scoped>(), typeof(ScopedGrain));

        await host.Get<IScopedGrain>("a").Leave();
        await host.Get<IScopedGrain>("b").Leave();

        await host.Journal.Saw("scope ended", times: 2);
        Assert.Equal(2, host.Journal.Count("scope began"));
    }

    [Fact]
    public async Task A_deactivation_that_hangs_is_cut_off_and_loses_no_call()
    {
        var time = new ManualTime();
        await using var host = new TestHost(
            new BuiltInGrainOptions { ResponseTimeout = TimeSpan.FromHours(1) }, time, null, typeof(Leaver));
        var leaver = host.Get<ILeaver>("k");

        await leaver.HangWhenLeaving();
        await host.Journal.Saw("hangs");
        var next = leaver.Instance();
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(31));

        await next.Ends("the next call");
    }

    [Fact]
    public async Task A_wish_to_leave_while_activating_still_serves_a_call()
    {
        await using var host = new TestHost(typeof(Hasty));

        await host.Get<IHasty>("k").Nothing().Ends("the first call");
        await host.Get<IHasty>("k").Nothing().Ends("the second call");
    }

    internal interface ILeaver : IGrainWithStringKey
    {
        Task<Guid> LeaveThenHold();

        Task<Guid> Instance();

        [AlwaysInterleave]
        Task Ping();

        Task HangWhenLeaving();
    }

    internal sealed class Leaver(Journal journal, Gates gates) : Grain, ILeaver
    {
        private readonly Guid _instance = Guid.NewGuid();
        private bool _hangs;

        public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            journal.Add("going");
            if (_hangs)
            {
                journal.Add("hangs");
                await new TaskCompletionSource().Task;
            }

            await Task.Delay(10, cancellationToken);
            journal.Add("gone");
        }

        public async Task<Guid> LeaveThenHold()
        {
            DeactivateOnIdle();
            journal.Add("leaving");
            await gates.Pass("leave");
            journal.Add("left");
            return _instance;
        }

        public Task<Guid> Instance() => Task.FromResult(_instance);

        public Task Ping() => Task.CompletedTask;

        public Task HangWhenLeaving()
        {
            _hangs = true;
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
    }

    internal sealed class Scoped : IDisposable
    {
        private readonly Journal _journal;

        public Scoped(Journal journal)
        {
            _journal = journal;
            journal.Add("scope began");
        }

        public void Dispose() => _journal.Add("scope ended");
    }

    internal interface IScopedGrain : IGrainWithStringKey
    {
        Task Leave();
    }

    internal sealed class ScopedGrain(Scoped scoped) : Grain, IScopedGrain
    {
        public Task Leave()
        {
            Assert.Same(scoped, ServiceProvider.GetRequiredService<Scoped>());
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
    }

    internal interface IHasty : IGrainWithStringKey
    {
        Task Nothing();
    }

    internal sealed class Hasty : Grain, IHasty
    {
        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }

        public Task Nothing() => Task.CompletedTask;
    }
}
