using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>What is asked for next.</summary>
internal sealed partial class Scenario
{
    private ImmutableArray<DesiredService> Release(bool good)
    {
        var release = $"R{_releases++}";
        var services = Names
            .Where(_ => _random.Next(4) > 0)
            .DefaultIfEmpty("web")
            .Select(n => Service(n, release))
            .ToImmutableArray();
        if (!good)
        {
            var i = _random.Next(services.Length);
            var behaviour = Bad[_random.Next(Bad.Length)];
            var probed = behaviour is Behaviour.AnswersWrongly or Behaviour.NeverAnswers;
            var service = services[i] with { Count = Math.Max(1, services[i].Count) };
            services = services.SetItem(
                i,
                probed ? service with { Port = 80, Health = service.Health with { Disabled = false } } : service
            );
            _bad[(release, service.Name)] = behaviour;
        }

        return services;
    }

    private DesiredService Service(string name, string release)
    {
        var (minimum, maximum) = Bounds[_random.Next(Bounds.Length)];
        return Some.Service(name, release) with
        {
            Count = _random.Next(8) == 0 ? 0 : _random.Next(1, 6),
            Minimum = minimum,
            Maximum = maximum,
            Port = _random.Next(4) == 0 ? null : 80 + _random.Next(2),
            Health = Some.Health with { Disabled = _random.Next(6) == 0 },
        };
    }

    private ImmutableArray<DesiredService> Scaled() =>
        [.. _app.Current.Select(s => s with { Count = _random.Next(6) })];

    private ImmutableArray<DesiredService> Restarted() =>
        [
            .. _app.Current.Select(s =>
                s with
                {
                    RestartGeneration = s.RestartGeneration + 1,
                    SpecHash = $"{s.Release}.{s.RestartGeneration + 1}",
                }
            ),
        ];
}
