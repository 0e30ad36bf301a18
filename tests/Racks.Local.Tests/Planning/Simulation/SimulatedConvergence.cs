using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>The loop of <c>Grains.Apps.Convergence</c> in virtual time: observe, assess, report or plan, begin what is not under way, wait.</summary>
internal sealed class SimulatedConvergence(SimulatedRack rack, SimulatedApp app, Invariants invariants, Func<DesiredApp, LocalObservation, Plan> planner)
{
    public static readonly TimeSpan HealthDeadline = TimeSpan.FromSeconds(20);

    private readonly HashSet<string> _underWay = [];
    private readonly HashSet<string> _failing = [];
    private bool _ended;
    private DateTimeOffset? _revertingSince;

    public int Rounds { get; private set; }

    /// <summary>The last look found nothing to do or to wait for.</summary>
    public bool Settled { get; private set; }

    /// <summary>All that it remembers is lost.</summary>
    public void Forget()
    {
        _underWay.Clear();
        _failing.Clear();
        _ended = false;
        _revertingSince = null;
        Settled = false;
    }

    /// <summary>Rounds until the given time, or until <paramref name="enough"/>.</summary>
    public void Run(DateTimeOffset until, Func<bool> enough)
    {
        while (rack.Now < until && !enough())
        {
            if (!rack.ServerRuns)
            {
                rack.Advance(until);
                Check();
                continue;
            }

            // A round takes its time: nothing can turn for nothing.
            Pass(rack.Now.AddMilliseconds(4), until, wakes: false);
            if (!rack.ServerRuns)
            {
                continue;
            }

            (_ended, rack.Changed) = (false, false);
            if (Round() is { } wait)
            {
                Pass(rack.Now + (_failing.Count > 0 && wait < TimeSpan.FromMilliseconds(500) ? TimeSpan.FromMilliseconds(500) : wait), until, wakes: true);
            }
        }
    }

    private void Pass(DateTimeOffset time, DateTimeOffset until, bool wakes)
    {
        var end = time < until ? time : until;
        while (rack.Now < end && rack.ServerRuns && !(wakes && (rack.Changed || _ended)))
        {
            rack.Advance(end);
            Check();
        }
    }

    private void Check()
    {
        if (rack.Touched)
        {
            rack.Touched = false;
            invariants.Check();
        }
    }

    private TimeSpan? Round()
    {
        Rounds++;
        var desired = app.Desired;
        var seen = rack.Observe();
        var progress = RolloutAssessor.Assess(desired, seen, HealthDeadline);
        var plan = planner(desired, seen);
        invariants.Round(desired, seen, plan, progress);
        Settled = progress.Settled && _underWay.Count == 0 && app.Rollout is null;
        if (Report(progress))
        {
            invariants.GoalChanged();
            return null;
        }

        _failing.IntersectWith(plan.Steps.Select(s => s.Address).Concat(_underWay));
        foreach (var step in plan.Steps.Where(s => _underWay.Add(s.Address)))
        {
            invariants.Begin(desired, step);
            rack.Apply(desired, step, ok =>
            {
                _ended = true;
                _underWay.Remove(step.Address);
                _ = ok ? _failing.Remove(step.Address) : _failing.Add(step.Address);
            });
        }

        invariants.Check();
        return progress.LookAgain;
    }

    private bool Report(RolloutProgress progress)
    {
        if (app.Rollout is not { Failed: true })
        {
            _revertingSince = null;
        }

        switch (app.Rollout)
        {
            case { Failed: false } when progress.Proven:
                app.Succeed(rack.Now);
                return true;
            case { Failed: false } when progress.Fault is { } fault:
                app.Fail(fault.Code, rack.Now);
                return true;
            case { Failed: true }:
                _revertingSince ??= rack.Now;
                if ((progress.Settled && _underWay.Count == 0) || rack.Now - _revertingSince > TimeSpan.FromMinutes(2))
                {
                    app.Revert();
                    return true;
                }

                return false;
            default:
                return false;
        }
    }
}
