using System.Collections.Immutable;
using Palisade.Racks;

namespace Palisade.Grains.Tests.Hosting;

/// <summary>What runs of each app.</summary>
internal sealed partial class FakeRackProvider
{
    private static bool Proven(DesiredApp desired, Seen seen) =>
        desired.Services.All(s =>
            seen.Alive.Count(p => p.Service == s.Name && p.SpecHash == s.SpecHash && p.Healthy) >= s.Count
        );

    private static IEnumerable<FakeProcess> Surplus(DesiredApp desired, Seen seen)
    {
        foreach (var group in seen.Alive.GroupBy(p => (p.Service, p.SpecHash)))
        {
            var wanted =
                desired
                    .Services.FirstOrDefault(s => s.Name == group.Key.Service && s.SpecHash == group.Key.SpecHash)
                    ?.Count
                ?? 0;
            foreach (var process in group.Skip(wanted))
            {
                yield return process;
            }
        }
    }

    private sealed record Seen(ImmutableArray<FakeProcess> Alive, int Crashes) : AppObservation;

    private sealed record FakeStep(string Service) : PlanStep
    {
        public override string Resource => Service;
    }

    private sealed class FakeApp
    {
        private readonly List<FakeProcess> _processes = [];
        private readonly Dictionary<string, int> _crashes = [];
        private int _next;

        public ImmutableArray<FakeProcess> Alive()
        {
            lock (_processes)
            {
                return [.. _processes];
            }
        }

        public int Crashed(string rollout)
        {
            lock (_processes)
            {
                return _crashes.GetValueOrDefault(rollout);
            }
        }

        public void Start(DesiredService service, string rollout, Behaviour behaviour)
        {
            lock (_processes)
            {
                if (behaviour == Behaviour.Crash)
                {
                    _crashes[rollout] = _crashes.GetValueOrDefault(rollout) + 1;
                    return;
                }

                var environment = service.Environment.Reveal();
                _processes.Add(
                    new FakeProcess(
                        $"p{_next++}",
                        service.Name,
                        service.Release,
                        service.SpecHash,
                        behaviour == Behaviour.Healthy,
                        environment
                    )
                );
            }
        }

        public void Remove(string id)
        {
            lock (_processes)
            {
                _processes.RemoveAll(p => p.Id == id);
            }
        }

        public void RemoveFirst()
        {
            lock (_processes)
            {
                _processes.RemoveAt(0);
            }
        }
    }
}
