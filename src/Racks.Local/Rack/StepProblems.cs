using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Steps that fail, until they succeed: planning waits between attempts, and a change ends that can't go on. At most
/// two per service; lost with the process.
/// </summary>
internal sealed class StepProblems(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string AppId, string Service, string Resource), StepProblem> _problems =
        new();

    public ImmutableArray<StepProblem> Of(string appId) =>
        [.. _problems.Where(p => p.Key.AppId == appId).Select(p => p.Value)];

    public void Note(DesiredApp desired, PlanStep step, Result<Done> result)
    {
        if (
            step switch
            {
                StartProcess s => s.Service.Name,
                SetRoute r => r.Service.Name,
                _ => null,
            }
            is not { } service
        )
        {
            return;
        }

        var key = (desired.AppId, service, step.Resource);
        if (result.Ok)
        {
            _problems.TryRemove(key, out _);
            return;
        }

        var now = time.GetUtcNow();
        var first = new StepProblem(
            service,
            step.Resource,
            desired.RolloutId,
            result.Problem.Code,
            result.Problem.Text,
            result.Problem is not Unavailable,
            1,
            now,
            now
        );
        _problems.AddOrUpdate(
            key,
            first,
            (_, known) =>
                known.RolloutId == first.RolloutId ? first with { Since = known.Since, Times = known.Times + 1 } : first
        );
    }

    public void Forget(string appId)
    {
        foreach (var key in _problems.Keys.Where(k => k.AppId == appId))
        {
            _problems.TryRemove(key, out _);
        }
    }
}
