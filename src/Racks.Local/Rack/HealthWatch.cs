using System.Collections.Concurrent;
using System.Net;
using Palisade.Racks.Local.Planning;
using Palisade.Racks.Local.Probing;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Probes every running process that has a port, for as long as it runs. A starting one is asked often, so that health
/// is seen at once.
/// </summary>
internal sealed class HealthWatch(HealthProber prober, TimeProvider time, Action<SeenContainer> changed)
    : IAsyncDisposable
{
    /// <summary>
    /// Between two questions to a process that has not been healthy yet: 20 ms at first, rising to the service's own
    /// interval.
    /// </summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(4);

    private readonly ConcurrentDictionary<string, Watched> _watched = new();

    private sealed record Watched(CancellationTokenSource Stop)
    {
        public Task Task { get; set; } = Task.CompletedTask;

        public ProbeState State { get; set; } = ProbeState.None;
    }

    public ProbeState StateOf(string containerId) =>
        _watched.TryGetValue(containerId, out var watched) ? watched.State : ProbeState.None;

    /// <summary>Probes exactly the running containers among these.</summary>
    public void Follow(IEnumerable<SeenContainer> containers)
    {
        var running = containers
            .Where(c =>
                c
                    is {
                        State: ProcessPhase.Running,
                        Ip.Length: > 0,
                        Labels: { Port: not null, Health: not null, OneOff: false }
                    }
            )
            .ToDictionary(c => c.ContainerId);
        foreach (var (id, container) in running.Where(p => !_watched.ContainsKey(p.Key)))
        {
            var watched = new Watched(new CancellationTokenSource());
            if (_watched.TryAdd(id, watched))
            {
                watched.Task = Task.Run(
                    () => ProbeAsync(container, watched, watched.Stop.Token),
                    CancellationToken.None
                );
            }
        }

        foreach (var id in _watched.Keys.Where(id => !running.ContainsKey(id)))
        {
            if (_watched.TryRemove(id, out var gone))
            {
                gone.Stop.Cancel();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        var all = _watched.Values.ToArray();
        _watched.Clear();
        foreach (var watched in all)
        {
            await watched.Stop.CancelAsync();
        }

        await Task.WhenAll(all.Select(w => w.Task));
    }

    private async Task ProbeAsync(SeenContainer container, Watched watched, CancellationToken cancellationToken)
    {
        var health = container.Labels.Health!;
        var probe = new HealthProbe(new IPEndPoint(IPAddress.Parse(container.Ip), container.Labels.Port!.Value))
        {
            Path = container.Labels.SpeaksHttp ? health.Path : null,
            Tls = container.Labels.Scheme == "https",
            Timeout = TimeSpan.FromSeconds(Math.Max(1, health.Timeout)),
        };
        var pause = FirstPause;
        try
        {
            while (true)
            {
                var answer = await prober.ProbeAsync(probe, cancellationToken);
                var answered = answer.Outcome == ProbeOutcome.Answered;
                var before = watched.State;
                watched.State = before.After(answer.Healthy, answered, answer.Text, time.GetUtcNow());
                if (
                    (before.HealthySince is null) != (watched.State.HealthySince is null)
                    || watched.State.Failures is > 0 and <= RolloutAssessor.MaxBadAnswers
                )
                {
                    changed(container);
                }

                var interval = TimeSpan.FromSeconds(Math.Max(1, health.Interval));
                // A wrong answer counts at the service's own pace; no answer yet only means that it is starting.
                pause =
                    answer.Healthy || answered ? interval
                    : pause * 1.25 < interval ? pause * 1.25
                    : interval;
                await Task.Delay(pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process has ended or the server stops.
        }
    }
}
