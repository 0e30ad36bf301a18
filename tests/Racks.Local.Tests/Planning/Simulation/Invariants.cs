using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>
/// What must hold at every moment, judged by the truth of the rack and not by what probing has shown.
/// </summary>
internal sealed partial class Invariants(SimulatedRack rack, SimulatedApp app)
{
    private static readonly TimeSpan StaleRoute = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PutBack = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, int> _floors = [];
    private readonly Dictionary<string, int> _caps = [];
    private readonly Dictionary<(string Service, string Id), DateTimeOffset> _stale = [];
    private readonly Dictionary<string, DateTimeOffset> _lacking = [];
    private int _rounds;

    public List<string> Trace { get; } = [];

    /// <summary>
    /// Something else is wanted: what serves now must not be lowered below the new minimum on the way.
    /// </summary>
    public void GoalChanged()
    {
        Trace.Add(
            $"{Time} wants {string.Join(", ", app.Desired.Services.Select(Shown))}{(app.Desired.Proving ? " proving" : "")}"
        );
        _floors.Clear();
        _stale.Clear();
        _lacking.Clear();
        _caps.Clear();
        Measure();
    }

    /// <summary>A process ended by itself or by hand, or the server was killed: that is not our doing.</summary>
    public void Mishap(string what)
    {
        Trace.Add($"{Time} {what}");
        foreach (var name in _floors.Keys)
        {
            _floors[name] = Math.Min(_floors[name], Serving(name));
        }

        _caps.Clear();
        Measure();
    }

    public void Begin(DesiredApp desired, PlanStep step)
    {
        Trace.Add($"{Time} {step.GetType().Name} {step.Address}: {step.Reason}");
        if (
            step is not RemoveProcess remove
            || rack.Containers.FirstOrDefault(c => c.Id == remove.ProcessId) is not { IsRunning: true } container
        )
        {
            return;
        }

        var service = desired.Services.FirstOrDefault(s => s.Name == container.Service.Name);
        var room = service is null || (service.Maximum == 200 && LiveProven(service.Name) <= service.Count);
        Hold(
            !desired.Proving
                || container.Service.SpecHash == service?.SpecHash
                || !IsOfProven(container)
                || !room
                || desired.Services.All(IsProven),
            $"{container.Id} is removed before the change is proven"
        );
    }

    public void Check()
    {
        Measure();
        foreach (var (name, floor) in _floors)
        {
            if (Serving(name) is var serving && serving < floor && !MayGo(name))
            {
                Hold(false, $"{name}: {serving} serve, {floor} must");
            }
        }

        foreach (var service in app.Desired.Services)
        {
            if (Live(service) is var live && live > _caps[service.Name])
            {
                Hold(false, $"{service.Name}: {live} live, {_caps[service.Name]} may");
            }
        }

        CheckRoutes();
        CheckWayBack();
    }

    public void Round(DesiredApp desired, LocalObservation seen, Plan plan, RolloutProgress progress)
    {
        Hold(
            progress.LookAgain >= RolloutAssessor.MinLookAgain && progress.LookAgain <= RolloutAssessor.MaxLookAgain,
            $"looks again in {progress.LookAgain}"
        );
        Hold(
            plan.Steps.DistinctBy(s => s.Address).Count() == plan.Steps.Length,
            "two steps of a plan have one address"
        );
        // Planning again costs more than all the rest, and one round in four shows as much.
        if (_rounds++ % 4 > 0)
        {
            return;
        }

        var text = PlanText.Of(LocalPlanner.Plan(desired, seen));
        Hold(
            text == PlanText.Of(LocalPlanner.Plan(desired, seen with { Scaled = [.. seen.Scaled.Reverse()] })),
            "the plan depends on the order of what is seen"
        );
        Hold(!progress.Settled || text.Length == 0, "settled with something to do");
        if (progress.LookAgain == RolloutAssessor.MinLookAgain)
        {
            return;
        }

        var justBefore = seen with { At = seen.At + progress.LookAgain - TimeSpan.FromMilliseconds(1) };
        var later = RolloutAssessor.Assess(desired, justBefore);
        Hold(
            text == PlanText.Of(LocalPlanner.Plan(desired, justBefore))
                && later.Fault == progress.Fault
                && later.Proven == progress.Proven,
            $"looks again only in {progress.LookAgain}"
        );
    }

    /// <summary>Nothing is left to do and nobody does anything.</summary>
    public void Final()
    {
        foreach (var service in app.Current)
        {
            var mine = rack.Containers.Where(c => c.Service.Name == service.Name).ToArray();
            Hold(
                mine.Length == service.Count
                    && mine.All(c => c.IsWell(rack.Now) && c.Service.SpecHash == service.SpecHash),
                $"{service.Name}: {mine.Length} containers, wanted {service.Count} of {service.SpecHash}"
            );
            var routed = rack.Routes.TryGetValue(service.Name, out var route);
            Hold(routed == service.Port is not null, $"{service.Name}: routed {routed}");
            Hold(
                !routed || (route.Ids.SetEquals(mine.Select(c => c.Id)) && route.Release == service.Release),
                $"{service.Name}: its route is another"
            );
        }

        Hold(
            rack.Containers.All(c => app.Current.Any(s => s.Name == c.Service.Name)),
            "a container is left of a service that is gone"
        );
        Hold(rack.Routes.Keys.All(r => app.Current.Any(s => s.Name == r)), "a route is left of a service that is gone");
        Hold(LocalPlanner.Plan(app.Desired, rack.Observe()).Steps.IsEmpty, "something is left to do");
    }

    public void Hold(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvariantException(
                $"{Time} {what}\n{string.Join('\n', Trace.TakeLast(60))}\n{string.Join('\n', rack.Containers.Select(Shown))}"
            );
        }
    }

    private string Shown(SimulatedContainer c) =>
        $"  {c.Id} {c.Service.SpecHash} {c.State} removing={rack.Removing.Contains(c.Id)} well={c.IsWell(rack.Now)}";

    private static string Shown(DesiredService s) =>
        $"{s.Name} {s.SpecHash}×{s.Count} [{s.Minimum}-{s.Maximum}{(s.Port is null ? "" : $" :{s.Port}")}]";

    private string Time => $"{(rack.Now - SimulatedRack.Begin).TotalSeconds:0.000}";
}
