using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>Steps that are taken, in phases between which anything may happen.</summary>
internal sealed partial class SimulatedRack
{
    /// <summary>
    /// Begins a step in a moment, in no order; it tells when it has ended, and whether well, unless the server is
    /// killed before.
    /// </summary>
    public void Apply(DesiredApp desired, PlanStep step, Action<bool> ended)
    {
        var epoch = _epoch;
        Begun.Add(step);
        if (step is RemoveProcess remove && Containers.Any(c => c.Id == remove.ProcessId))
        {
            Removing.Add(remove.ProcessId);
        }

        // A busy machine may keep one waiting, but what starts or leaves is marked before the next look.
        At(
            Milliseconds(0, step is not StartProcess && random.Next(20) == 0 ? 60 : 2),
            () =>
            {
                if (epoch == _epoch)
                {
                    Begun.Remove(step);
                    Take(desired, step, ended);
                }
            }
        );
    }

    private void Take(DesiredApp desired, PlanStep step, Action<bool> ended)
    {
        var fails = random.NextDouble() < StepFailures;
        switch (step)
        {
            case EnsureNetwork:
                Phases(ended, (Milliseconds(5, 100), () => Network = !fails));
                break;
            case StartProcess start:
                Start(desired, start, fails, Noting);
                break;
            case RemoveProcess remove:
                Remove(remove, fails, ended);
                break;
            case SetRoute set:
                Phases(Noting, (Milliseconds(0, 150), () => !fails && Set(set)));
                break;
            case RemoveRoute route:
                Phases(ended, (Milliseconds(5, 150), () => !fails && RemoveRoute(route.Address)));
                break;
            default:
                throw new InvalidOperationException($"Unknown step {step.GetType().Name}.");
        }

        void Noting(bool ok)
        {
            Note(desired, step, ok);
            ended(ok);
        }
    }

    private void Remove(RemoveProcess step, bool fails, Action<bool> ended)
    {
        var container = Containers.FirstOrDefault(c => c.Id == step.ProcessId);
        if (container is null)
        {
            Removing.Remove(step.ProcessId);
            ended(true);
            return;
        }

        var failsAtDrain = fails && random.Next(2) == 0;
        Phases(
            ok =>
            {
                Removing.Remove(container.Id);
                Withdrawn.Remove(container.Id);
                ended(ok);
                if (!ok)
                {
                    Mishap($"{container.Id} could not be removed");
                }
            },
            (
                Milliseconds(0, 20),
                () =>
                {
                    if (step.Drain > 0)
                    {
                        Withdrawn.Add(container.Id);
                        Changed = true;
                    }

                    return true;
                }
            ),
            (
                step.Drain > 0 ? Milliseconds(0, 3_000) : TimeSpan.Zero,
                () => !failsAtDrain && (step.Drain == 0 || Unroute(container))
            ),
            (container.IsRunning ? Milliseconds(0, 2_000) : TimeSpan.Zero, () => !fails && Stop(container)),
            (
                Milliseconds(5, 80),
                () =>
                {
                    Changed = true;
                    return Containers.Remove(container);
                }
            )
        );
    }

    private bool Stop(SimulatedContainer container)
    {
        if (container.IsRunning)
        {
            (container.State, container.Ended, container.ExitCode, Changed) = (ProcessPhase.Exited, Now, 143, true);
        }

        return true;
    }

    /// <summary>
    /// Runs one part after the other until one fails; nothing more happens when the server is killed in between.
    /// </summary>
    private void Phases(Action<bool> ended, params ReadOnlySpan<(TimeSpan Takes, Func<bool> Does)> parts)
    {
        var (epoch, all) = (_epoch, parts.ToArray());
        Next(0);

        void Next(int i) =>
            At(
                all[i].Takes,
                () =>
                {
                    if (epoch != _epoch)
                    {
                        return;
                    }

                    var ok = all[i].Does();
                    if (ok && i + 1 < all.Length)
                    {
                        Next(i + 1);
                    }
                    else
                    {
                        ended(ok);
                    }
                }
            );
    }

    private void Note(DesiredApp desired, PlanStep step, bool ok)
    {
        var service = step is StartProcess s ? s.Service : ((SetRoute)step).Service;
        var key = (service.Name, step.Resource);
        if (ok)
        {
            _problems.Remove(key);
            return;
        }

        var image = step is StartProcess && BehaviourOf(service) == Behaviour.HasNoImage;
        var first = new StepProblem(
            service.Name,
            step.Resource,
            desired.RolloutId,
            image ? "rack.image_missing" : "rack.engine",
            image ? "no image" : "it failed",
            image,
            1,
            Now,
            Now
        );
        _problems[key] =
            _problems.GetValueOrDefault(key) is { } known && known.RolloutId == first.RolloutId
                ? first with
                {
                    Since = known.Since,
                    Times = known.Times + 1,
                }
                : first;
    }
}
