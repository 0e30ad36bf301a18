using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>What serves now, against what must.</summary>
internal sealed partial class Invariants
{
    private void Measure()
    {
        foreach (var service in app.Desired.Services)
        {
            // What is too many comes down; what was brought up to the minimum stays there.
            var live = Live(service);
            var most = Math.Max(Maximum(service), live);
            _caps[service.Name] = Math.Max(
                Maximum(service),
                _caps.TryGetValue(service.Name, out var cap) ? Math.Min(cap, most) : most
            );
            _floors[service.Name] = Math.Max(
                _floors.GetValueOrDefault(service.Name),
                Math.Min(Minimum(service), Serving(service.Name))
            );
        }

        // Services that a change takes away serve until it is proven (MayGo).
        foreach (var name in app.Desired.Proving ? rack.Containers.Select(c => c.Service.Name).Distinct() : [])
        {
            if (app.Desired.Services.All(s => s.Name != name))
            {
                _floors.TryAdd(name, Serving(name));
            }
        }
    }

    /// <summary>
    /// What ran before and has room beside all that is new is whole until the change is proven, whatever ends of it.
    /// </summary>
    private void CheckWayBack()
    {
        foreach (var before in app.Desired.Previous)
        {
            var now = app.Desired.Services.FirstOrDefault(s => s.Name == before.Name);
            var others = rack.Containers.Any(c =>
                c.Service.Name == before.Name
                && c.Service.SpecHash != before.SpecHash
                && c.Service.SpecHash != now?.SpecHash
            );
            var whole =
                now is not null
                && (now.SpecHash == before.SpecHash || now.Maximum < 200 || now.Count < before.Count || others);
            if (
                whole
                || LiveProven(before.Name) >= before.Count
                || !rack.ServerRuns
                || app.Desired.Services.All(IsProven)
            )
            {
                _lacking.Remove(before.Name);
            }
            else if (!_lacking.TryAdd(before.Name, rack.Now))
            {
                Hold(
                    rack.Now - _lacking[before.Name] < PutBack,
                    $"{before.Name}: what ended of {before.Release} is not put back"
                );
            }
        }
    }

    /// <summary>When a change is said to be done, no new request goes to what it replaced.</summary>
    public void CheckDone()
    {
        foreach (var id in rack.Routes.Values.SelectMany(r => r.Ids).Where(id => !rack.Withdrawn.Contains(id)))
        {
            Hold(
                app.Desired.Services.Any(s => rack.Containers.Any(c => c.Id == id && c.Service.SpecHash == s.SpecHash)),
                $"{id} is asked after the change that replaces it"
            );
        }
    }

    private void CheckRoutes()
    {
        foreach (var (name, route) in rack.Routes.Where(r => app.Desired.Services.Any(s => s.Name == r.Key)))
        {
            foreach (var id in route.Ids)
            {
                var ended = rack.Containers.FirstOrDefault(c => c.Id == id) is not { IsRunning: true };
                if (!ended || !rack.ServerRuns)
                {
                    _stale.Remove((name, id));
                }
                else if (!_stale.TryAdd((name, id), rack.Now) && rack.Now - _stale[(name, id)] >= StaleRoute)
                {
                    Hold(false, $"{name}: requests go to {id}, which has ended");
                }
            }
        }
    }

    private bool MayGo(string name) =>
        app.Desired.Services.All(s => s.Name != name) && app.Desired.Services.All(IsProven);

    private static int Minimum(DesiredService s) => (int)Math.Ceiling(s.Count * s.Minimum / 100.0);

    /// <summary>Desired.cs: rounded down, but at least one more than the minimum allows to progress.</summary>
    private static int Maximum(DesiredService s) =>
        Math.Max(s.Count * s.Maximum / 100, Minimum(s) >= s.Count ? s.Count + 1 : s.Count);

    private int Serving(string name) =>
        rack.Containers.Count(c =>
            c.Service.Name == name
            && !IsLeaving(c.Id)
            && c.IsWell(rack.Now)
            && (c.Service.Port is null || (rack.Routes.TryGetValue(name, out var route) && route.Ids.Contains(c.Id)))
        );

    private bool IsLeaving(string id) =>
        rack.Removing.Contains(id) || rack.Begun.Any(b => b is RemoveProcess && b.Address == id);

    /// <summary>Where no more than the count may ever run, those that are being ended count too.</summary>
    private int Live(DesiredService s) =>
        rack.Containers.Count(c =>
            c.Service.Name == s.Name && c.IsRunning && (s.Maximum <= 100 || !rack.Removing.Contains(c.Id))
        )
        + rack.Starting.Values.Count(c => c.Service.Name == s.Name && !c.IsRunning && c.State != ProcessPhase.Exited)
        + rack.Begun.OfType<StartProcess>().Count(b => b.Service.Name == s.Name);

    /// <summary>Of the release that a failing change goes back to.</summary>
    private int LiveProven(string name) =>
        rack
            .Containers.Union(rack.Starting.Values)
            .Count(c =>
                c.Service.Name == name
                && IsOfProven(c)
                && (c.IsRunning || rack.Starting.ContainsKey(c.Id))
                && !rack.Removing.Contains(c.Id)
            );

    private bool IsOfProven(SimulatedContainer c) =>
        app.Desired.Previous.Any(p => p.Name == c.Service.Name && p.SpecHash == c.Service.SpecHash);

    private bool IsProven(DesiredService s) =>
        rack.Containers.Count(c =>
            c.Service.SpecHash == s.SpecHash
            && c.Service.Name == s.Name
            && c.IsWell(rack.Now)
            && (s.Port is null || (rack.Routes.TryGetValue(s.Name, out var route) && route.Ids.Contains(c.Id)))
        ) >= s.Count;
}
