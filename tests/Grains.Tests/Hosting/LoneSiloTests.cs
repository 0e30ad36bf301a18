using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;
using Palisade.Domain.Kernel;
using Palisade.Silo.Hosting;

namespace Palisade.Grains.Tests.Hosting;

/// <summary>What the product relies on in how it composes Orleans.</summary>
public sealed class LoneSiloTests
{
    private const string Canary = "canary-5c1f0e";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Silos_of_one_machine_do_not_know_of_each_other()
    {
        await using var one = await Started.NewAsync();
        await using var two = await Started.NewAsync();

        var held = one.Hold("apart");
        await held.Gate.Begun.Task.WaitAsync(Deadline);
        held.Gate.Open.SetResult();
        await held.Call.WaitAsync(Deadline);

        Assert.Equal((1, 0), (await one.ActivationsAsync(), await two.ActivationsAsync()));
    }

    [Fact]
    public async Task An_exception_reaches_the_caller_as_it_was_thrown()
    {
        await using var silo = await Started.NewAsync();

        var thrown = await Assert.ThrowsAsync<ProbeException>(() => silo.Probe("thrower").ThrowAsync("boom"));

        Assert.Equal("boom", thrown.Message);
    }

    [Fact]
    public async Task The_id_of_a_request_goes_along_with_its_calls_and_with_no_other()
    {
        await using var silo = await Started.NewAsync();

        async Task<string?> AskAsync(string id)
        {
            await Task.Yield();
            Correlation.Begin(id);
            return await silo.Probe("shared").RequestIdAsync();
        }

        var ids = Enumerable.Range(0, 50).Select(i => $"r{i}").ToArray();
        Assert.Equal(ids, await Task.WhenAll(ids.Select(AskAsync)));
        Assert.Null(await silo.Probe("shared").RequestIdAsync());
    }

    [Fact]
    public async Task Cancelling_reaches_the_turn_that_runs()
    {
        await using var silo = await Started.NewAsync();
        using var cancel = new CancellationTokenSource();
        var held = silo.Hold("cancelled", cancel.Token);
        await held.Gate.Begun.Task.WaitAsync(Deadline);

        await cancel.CancelAsync();

        Assert.Equal("cancelled", await held.Gate.Ended.Task.WaitAsync(Deadline));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held.Call.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_stop_lets_the_turn_that_runs_end()
    {
        await using var silo = await Started.NewAsync();
        var held = silo.Hold("finishing");
        await held.Gate.Begun.Task.WaitAsync(Deadline);

        var stop = silo.Host.StopAsync(CancellationToken.None);
        Assert.False(stop.IsCompleted);
        held.Gate.Open.SetResult();

        await stop.WaitAsync(Deadline);
        Assert.True(held.Gate.Ended.Task.IsCompleted, "the silo stopped before the turn ended");
    }

    [Fact]
    public async Task A_stop_whose_time_is_up_gives_up_on_what_still_runs()
    {
        await using var silo = await Started.NewAsync();
        var held = silo.Hold("stuck");
        await held.Gate.Begun.Task.WaitAsync(Deadline);
        using var patience = new CancellationTokenSource();

        var stop = silo.Host.StopAsync(patience.Token);
        Assert.False(stop.IsCompleted);
        await patience.CancelAsync();

        await stop.WaitAsync(Deadline).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(stop.IsCompleted, "the silo still waits for a turn that does not end");
        Assert.False(held.Gate.Ended.Task.IsCompleted);
        held.Gate.Open.SetResult();
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_and_says_nothing_of_what_it_carried()
    {
        var log = new TestLog();
        await using var silo = await Started.NewAsync(
            log,
            services =>
                services.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromMilliseconds(300))
        );

        var held = silo.Hold("silent");
        var error = await Assert.ThrowsAsync<TimeoutException>(() => held.Call.WaitAsync(Deadline));
        held.Gate.Open.SetResult();

        Assert.Contains("HoldAsync", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, error.ToString(), StringComparison.Ordinal);
        Assert.Contains(log.Lines, l => l.Contains("HoldAsync", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, l => l.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_put_forward_while_it_starts_does_not_end_it()
    {
        var log = new TestLog();
        await using var silo = await Started.NewAsync(
            log,
            services => services.AddSingleton<TimeProvider>(new HastyClock())
        );

        await Eventually.True(
            () => log.Lines.Any(l => l.Contains("as DEAD, but will ignore", StringComparison.Ordinal)),
            "it would have declared itself dead"
        );

        await Assert.ThrowsAsync<ProbeException>(() => silo.Probe("alive").ThrowAsync("still here"));
    }

    /// <summary>An hour later each time it is asked.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long _asked;

        public override DateTimeOffset GetUtcNow() =>
            base.GetUtcNow() + TimeSpan.FromHours(Interlocked.Increment(ref _asked));
    }

    private sealed class Started(IHost host) : IAsyncDisposable
    {
        public IHost Host => host;

        public static async Task<Started> NewAsync(TestLog? log = null, Action<IServiceCollection>? configure = null)
        {
            var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
                new HostApplicationBuilderSettings()
            );
            builder.Logging.AddProvider(log ?? new TestLog()).SetMinimumLevel(LogLevel.Trace);
            builder.Services.AddLoneSilo();
            configure?.Invoke(builder.Services);
            var host = builder.Build();
            await host.StartAsync();
            return new Started(host);
        }

        public IProbeGrain Probe(string key) =>
            host.Services.GetRequiredService<IGrainFactory>().GetGrain<IProbeGrain>(key);

        public (ProbeGrain.Gate Gate, Task Call) Hold(string key, CancellationToken cancellationToken = default)
        {
            var gate = ProbeGrain.Gates[key] = new ProbeGrain.Gate();
            return (gate, Probe(key).HoldAsync(new Sensitive<string>(Canary), Canary, cancellationToken));
        }

        /// <summary>Of probes.</summary>
        public async Task<int> ActivationsAsync() =>
            (
                await host
                    .Services.GetRequiredService<IGrainFactory>()
                    .GetGrain<IManagementGrain>(0)
                    .GetSimpleGrainStatistics()
            )
                .Where(s => s.GrainType.Contains(nameof(ProbeGrain), StringComparison.Ordinal))
                .Sum(s => s.ActivationCount);

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }
}
