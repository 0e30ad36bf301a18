using System.Collections.Immutable;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>Routes, and who is in them.</summary>
internal sealed partial class SimulatedRack
{
    private bool Unroute(SimulatedContainer container)
    {
        if (Routes.TryGetValue(container.Service.Name, out var route))
        {
            Routes[container.Service.Name] = (route.Release, route.Ids.Remove(container.Id));
        }

        return true;
    }

    private bool RemoveRoute(string service)
    {
        foreach (
            var c in Containers.Where(c =>
                c.IsRunning && Routes.TryGetValue(service, out var route) && route.Ids.Contains(c.Id)
            )
        )
        {
            Cut(c.Id);
        }

        return Routes.Remove(service);
    }

    private bool Set(SetRoute step)
    {
        var known = Routes.TryGetValue(step.Service.Name, out var route);
        if (step.KeepShape && !known)
        {
            return true;
        }

        var running = Containers.Where(c => c.IsRunning).Select(c => c.Id).ToHashSet();
        var stay = known ? route.Ids.Where(id => IsLeaving(id) && running.Contains(id)) : [];
        var wanted = step.Processes.Select(p => p.Id).Where(id => running.Contains(id) && !IsLeaving(id));
        var ids = stay.Concat(wanted).ToImmutableSortedSet();
        foreach (var id in known ? route.Ids.Except(ids).Intersect(running) : [])
        {
            Cut(id);
        }

        Routes[step.Service.Name] = (step.KeepShape ? route.Release : step.Service.Release, ids);
        return true;

        bool IsLeaving(string id) => step.Leaving.Contains(id) || Removing.Contains(id);
    }
}
