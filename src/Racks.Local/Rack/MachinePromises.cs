using System.Collections.Concurrent;
using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// What apps and processes are promised of the machine, by all of its racks (ADR 0019). Apps are admitted by memory and
/// cpu, so that what stays fits. A process then has its memory from its start until it has ended, and is not started
/// without; it never waits for cpu, of which everyone gets less while a change or a one-off process passes.
/// </summary>
/// <param name="capacity">What may be promised together.</param>
internal sealed class MachinePromises(MachineShare capacity)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentBag<Func<IEnumerable<SeenContainer>>> _racks = [];

    /// <summary>MiB by process id: those that are being started, whether they are seen already or not.</summary>
    private readonly Dictionary<string, long> _starting = [];

    /// <summary>By app id: what its services ask for together, as last wanted of the rack.</summary>
    private readonly Dictionary<string, MachineShare> _wanted = [];

    /// <summary>Counts what a rack has.</summary>
    /// <param name="seen">Its containers, as last seen.</param>
    public void Count(Func<IEnumerable<SeenContainer>> seen) => _racks.Add(seen);

    /// <summary>MiB that nobody was promised yet; less than nothing when less may be promised than before.</summary>
    public long FreeMemory
    {
        get
        {
            lock (_gate)
            {
                return capacity.Memory - Held(but: null);
            }
        }
    }

    /// <summary>Promises a process its memory until <see cref="Started"/>, or says why not.</summary>
    public Unavailable? Take(ContainerLabels labels)
    {
        lock (_gate)
        {
            var free = capacity.Memory - Held(labels.ProcessId);
            if (labels.Memory <= free)
            {
                _starting[labels.ProcessId] = labels.Memory;
                return null;
            }

            return new Unavailable(
                StepProblem.NoMemory,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a process of {labels.Memory} MiB of memory has no room now: {Math.Max(0, free)} of {capacity.Memory} MiB are free"
                )
            )
            {
                Suggestion = "wait for others to end, or scale something down",
            };
        }
    }

    /// <summary>Its start is over, whether it runs or not: from now on it counts as it is seen.</summary>
    public void Started(string processId)
    {
        lock (_gate)
        {
            _starting.Remove(processId);
        }
    }

    /// <summary>Remembers what an app is to have, so that others find no room in what has just ended of it.</summary>
    public void Want(DesiredApp app)
    {
        lock (_gate)
        {
            _wanted[app.AppId] = Of(app);
        }
    }

    /// <summary>The app is gone.</summary>
    public void Forget(string appId)
    {
        lock (_gate)
        {
            _wanted.Remove(appId);
        }
    }

    /// <summary>
    /// Whether all that an app asks for fits beside what the others ask for and what runs once. Who asks for no more
    /// than before is let be, as less would be refused too.
    /// </summary>
    public Result<Done> Fits(string app, string appId, MachineShare asked)
    {
        lock (_gate)
        {
            return FitsNow(app, appId, asked);
        }
    }

    /// <summary>
    /// As <see cref="Fits"/>, and it is wanted from then on: of several that grow at once, no more are admitted than
    /// fit together.
    /// </summary>
    public Result<Done> Admit(DesiredApp app)
    {
        lock (_gate)
        {
            var fits = FitsNow(app.App.App, app.AppId, Sum(app.Services));
            if (fits.Ok)
            {
                _wanted[app.AppId] = Of(app);
            }

            return fits;
        }
    }

    private Result<Done> FitsNow(string app, string appId, MachineShare asked)
    {
        var live = Live().ToArray();
        var scaled = live.Where(c => !c.Labels.OneOff)
            .GroupBy(c => c.Labels.AppId)
            .ToDictionary(g => g.Key, g => g.Aggregate(default(MachineShare), (sum, c) => sum.Plus(c.Labels.Asks)));
        var others = scaled
            .Keys.Union(_wanted.Keys)
            .Where(id => id != appId)
            .Aggregate(
                new MachineShare(live.Where(c => c.Labels.OneOff).Sum(c => c.Labels.Asks.Memory), 0),
                (sum, id) => sum.Plus(Promised(id))
            );
        var mine = Promised(appId);
        return asked.Memory > mine.Memory && others.Memory + asked.Memory > capacity.Memory
                ? TooMuch("memory", "MiB of memory", asked.Memory, others.Memory, capacity.Memory)
            : asked.Cpu > mine.Cpu && others.Cpu + asked.Cpu > capacity.Cpu
                ? TooMuch("cpu", "thousandths of a core", asked.Cpu, others.Cpu, capacity.Cpu)
            : Result.Done;

        // Processes that a change replaces take memory until they have ended, and no cpu beside their successors.
        MachineShare Promised(string id)
        {
            var has = scaled.GetValueOrDefault(id);
            return _wanted.TryGetValue(id, out var wanted) ? new(Math.Max(wanted.Memory, has.Memory), wanted.Cpu) : has;
        }

        Conflict TooMuch(string what, string unit, long wants, long taken, long all) =>
            new(
                $"rack.too_much_{what}",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{app} does not fit on the rack's machine: its processes would take {wants} {unit}, others take {taken}, and there are {all}"
                )
            )
            {
                Suggestion =
                    $"ask for less (scale.count and scale.{what} in convox.yml, or convox scale), or scale something else down",
            };
    }

    private static MachineShare Of(DesiredApp app) =>
        app.Proving ? Sum(app.Services).Or(Sum(app.Previous)) : Sum(app.Services);

    private static MachineShare Sum(IEnumerable<DesiredService> services) =>
        services.Aggregate(default(MachineShare), (sum, s) => sum.Plus(MachineShare.Of(s.Count, s.Cpu, s.Memory)));

    private IEnumerable<SeenContainer> Live() =>
        _racks.SelectMany(seen => seen()).Where(c => c.State != ProcessPhase.Exited);

    private long Held(string? but) =>
        _starting.Where(p => p.Key != but).Sum(p => p.Value)
        + Live()
            .Where(c => c.Labels.ProcessId != but && !_starting.ContainsKey(c.Labels.ProcessId))
            .Sum(c => c.Labels.Memory);
}
