using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>
/// The loop of <c>Grains.Apps.Convergence</c> and <c>StepsUnderWay</c> in virtual time: observe, assess, report or
/// plan, begin what is not under way, wait.
/// </summary>
internal sealed class SimulatedConvergence(
    SimulatedRack rack,
    SimulatedApp app,
    Invariants invariants,
    Func<DesiredApp, LocalObservation, Plan> planner
)
{
    private readonly HashSet<string> _underWay = [];
    private readonly Dictionary<string, (TimeSpan Pause, DateTimeOffset Until)> _failing = [];
    private bool _ended;
    private (string Rollout, DateTimeOffset Since)? _reverting;

    public int Rounds { get; private set; }

    /// <summary>The last look found nothing to do or to wait for.</summary>
    public bool Settled { get; private set; }

    /// <summary>All that it remembers is lost.</summary>
    public void Forget()
    {
        _underWay.Clear();
        _failing.Clear();
        _ended = false;
        _reverting = null;
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
                Pass(
                    _failing.Values.Select(f => f.Until).Where(t => t > rack.Now).Append(rack.Now + wait).Min(),
                    until,
                    wakes: true
                );
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
        var progress = RolloutAssessor.Assess(desired, seen);
        var plan = planner(desired, seen);
        invariants.Round(desired, seen, plan, progress);
        Settled = progress.Settled && _underWay.Count == 0 && app.Rollout is null;
        if (Report(progress))
        {
            invariants.GoalChanged();
            return null;
        }

        foreach (
            var step in plan.Steps.Where(s =>
                !(_failing.GetValueOrDefault(s.Address).Until > rack.Now) && _underWay.Add(s.Address)
            )
        )
        {
            invariants.Begin(desired, step);
            rack.Apply(
                desired,
                step,
                ok =>
                {
                    _ended = true;
                    _underWay.Remove(step.Address);
                    Note(step.Address, ok);
                }
            );
        }

        invariants.Check();
        return progress.LookAgain;
    }

    private void Note(string address, bool ok)
    {
        if (ok)
        {
            _failing.Remove(address);
            return;
        }

        var rest = _failing.TryGetValue(address, out var before) ? before.Pause * 2 : TimeSpan.FromMilliseconds(250);
        rest = rest < TimeSpan.FromSeconds(10) ? rest : TimeSpan.FromSeconds(10);
        _failing[address] = (rest, rack.Now + rest);
    }

    private bool Report(RolloutProgress progress)
    {
        switch (app.Rollout)
        {
            case { Failed: false } when progress.Proven:
                invariants.CheckDone();
                app.Succeed(rack.Now);
                return true;
            case { Failed: false } when progress.Fault is { } fault:
                app.Fail(fault.Code, rack.Now);
                return true;
            case { Failed: true } rollout:
                var since = _reverting is { } r && r.Rollout == rollout.Id ? r.Since : rack.Now;
                _reverting = (rollout.Id, since);
                if ((progress.Settled && _underWay.Count == 0) || rack.Now - since > TimeSpan.FromMinutes(2))
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
