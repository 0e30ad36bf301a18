using System.Collections.Immutable;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>Changes, and what becomes of them.</summary>
internal sealed partial class Scenario
{
    private void Change(ImmutableArray<DesiredService> target, bool expectSuccess)
    {
        var before = _app.Current;
        _byHand = false;
        var kept = _rack
            .Containers.Where(c =>
                c.IsRunning && before.Any(s => s.Name == c.Service.Name && s.SpecHash == c.Service.SpecHash)
            )
            .Select(c => c.Id)
            .ToHashSet();
        var clean = kept.Count == before.Sum(s => s.Count) && kept.Count == _rack.Containers.Count(c => c.IsRunning);
        Start(target);
        Until(() => _app.Rollout is null, TimeSpan.FromMinutes(6), "the change ends");
        var (rollout, outcome, at) = _app.Outcomes[^1];
        _invariants.Hold(
            expectSuccess == (outcome == "succeeded"),
            $"it {outcome}, of {string.Join(' ', target.Select(s => _rack.BehaviourOf(s)))}"
        );
        _invariants.Hold(
            at - rollout.Started < TimeSpan.FromSeconds(150),
            $"it {outcome} only after {at - rollout.Started}"
        );
        var kind = target.Where(s => s.Count > 0).Select(s => _rack.BehaviourOf(s)).ToHashSet();
        _invariants.Hold(
            outcome switch
            {
                "rollout.crashed" => kind.Contains(Behaviour.CrashesAtStart),
                "rollout.unhealthy" => kind.Overlaps([Behaviour.AnswersWrongly, Behaviour.NeverAnswers]),
                "rollout.image" => kind.Contains(Behaviour.HasNoImage),
                "rollout.start" => kind.Contains(Behaviour.CannotStart),
                _ => outcome == "succeeded",
            },
            $"it {outcome} of {string.Join(' ', kind)}"
        );
        if (!expectSuccess)
        {
            _invariants.Hold(_app.Current == before, "what is proven has changed");
            Quiet();
            _invariants.Final();
            var untouched =
                clean
                && !_byHand
                && target.All(s => s.Maximum == 200 && before.All(b => b.Name != s.Name || b.Count <= s.Count));
            _invariants.Hold(
                !untouched || kept.SetEquals(_rack.Containers.Select(c => c.Id)),
                "what ran before was not left alone"
            );
        }
        else if (_random.Next(2) == 0)
        {
            Quiet();
            _invariants.Final();
        }
    }

    private void Superseded()
    {
        Start(Release(_random.Next(2) == 0));
        Until(() => false, Within(0, 4_000), null);
        Change(Release(good: true), expectSuccess: true);
    }

    private void Cancelled()
    {
        Start(Release(_random.Next(3) > 0));
        Until(() => _app.Rollout is not { Failed: false }, Within(0, 4_000), null);
        if (_app.Rollout is { Failed: false })
        {
            _app.Fail("cancelled", _rack.Now);
            _invariants.GoalChanged();
        }

        Until(() => _app.Rollout is null, TimeSpan.FromMinutes(6), "the cancelled change is undone");
    }

    private void Start(ImmutableArray<DesiredService> target)
    {
        _killed = 0;
        _app.Start(target, _rack.Now);
        _invariants.GoalChanged();
        _rack.Changed = true;
    }
}
