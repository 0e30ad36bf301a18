using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>Processes that start, live and end.</summary>
internal sealed partial class SimulatedRack
{
    public void End(SimulatedContainer container, int exitCode)
    {
        if (container.IsRunning)
        {
            (container.State, container.Ended, container.ExitCode, Changed) = (
                ProcessPhase.Exited,
                Now,
                exitCode,
                true
            );
            Mishap($"{container.Id} ends");
        }
    }

    private void Start(DesiredApp desired, StartProcess step, bool fails, Action<bool> ended)
    {
        var behaviour = BehaviourOf(step.Service);
        var container = step.Existing is { } id
            ? Containers.FirstOrDefault(c => c.Id == id)
            : new SimulatedContainer(
                $"{step.Service.Name}-{_ids++:x10}",
                step.Service,
                step.Previous ? "" : desired.RolloutId,
                behaviour
            );
        if (container is null)
        {
            ended(true);
            return;
        }

        Starting[container.Id] = container;
        var failsAtCreate = behaviour == Behaviour.HasNoImage || (fails && random.Next(2) == 0);
        var failsAtStart = behaviour == Behaviour.CannotStart || fails;
        Phases(
            ok =>
            {
                Starting.Remove(container.Id);
                ended(ok);
            },
            (Milliseconds(10, 400), () => !failsAtCreate && Created(container)),
            (Milliseconds(10, 400), () => !failsAtStart && Running(container)),
            (Milliseconds(1, 50), () => true)
        );
    }

    private bool Created(SimulatedContainer container)
    {
        if (!Containers.Contains(container))
        {
            Containers.Add(container);
            Changed = true;
        }

        return true;
    }

    private bool Running(SimulatedContainer container)
    {
        if (!Containers.Contains(container) || container.State != ProcessPhase.Created)
        {
            return false;
        }

        (container.State, container.Started, Changed) = (ProcessPhase.Running, Now, true);
        switch (container.Behaviour)
        {
            case Behaviour.Good:
                container.WellFrom = container.IsProbed
                    ? Now + Milliseconds(0, random.Next(4) == 0 ? 8_000 : 800)
                    : Now;
                break;
            case Behaviour.CrashesAtStart:
                At(Milliseconds(0, 900), () => End(container, 3));
                break;
        }

        Probe(container, _epoch);
        return true;
    }

    private void Probe(SimulatedContainer container, int epoch)
    {
        if (!container.IsProbed)
        {
            return;
        }

        var healthy = _probes.GetValueOrDefault(container.Id)?.HealthySince is not null;
        Enqueue(
            healthy ? Milliseconds(500, 3_000) : Milliseconds(20, 300),
            () =>
            {
                if (epoch != _epoch || !container.IsRunning)
                {
                    return;
                }

                var before = _probes.GetValueOrDefault(container.Id) ?? ProbeState.None;
                // Now and then a good one has no time for an answer.
                var well = container.IsWell(Now) && random.Next(100) != 0;
                var wrong = container.Behaviour == Behaviour.AnswersWrongly;
                var after = before.After(
                    well,
                    well || wrong,
                    well ? "status 200"
                        : wrong ? "status 500"
                        : "connection refused",
                    Now
                );
                _probes[container.Id] = after;
                Changed |=
                    before.HealthySince is null != after.HealthySince is null
                    || after.Failures is > 0 and <= RolloutAssessor.MaxBadAnswers;
                Probe(container, epoch);
            }
        );
    }
}
