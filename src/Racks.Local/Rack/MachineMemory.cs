using System.Collections.Concurrent;
using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// What processes are promised of the machine's memory, by all of its racks: each what its service asks for, for as
/// long as it lives. What has no room is not started (ADR 0019). In MiB.
/// </summary>
/// <param name="capacity">What may be promised together.</param>
internal sealed class MachineMemory(long capacity)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentBag<Func<IEnumerable<SeenContainer>>> _racks = [];

    /// <summary>By process id: those that are being started, whether they are seen already or not.</summary>
    private readonly Dictionary<string, long> _starting = [];

    /// <summary>By app id: what its services ask for together, as last wanted of the rack.</summary>
    private readonly ConcurrentDictionary<string, long> _wanted = new();

    /// <summary>Counts what a rack has.</summary>
    /// <param name="seen">Its containers, as last seen.</param>
    public void Count(Func<IEnumerable<SeenContainer>> seen) => _racks.Add(seen);

    /// <summary>What nobody was promised yet; less than nothing when less may be promised than before.</summary>
    public long Free
    {
        get
        {
            lock (_gate)
            {
                return capacity - Held(but: null);
            }
        }
    }

    /// <summary>Promises a process its memory until <see cref="Started"/>, or says why not.</summary>
    public Unavailable? Take(ContainerLabels labels)
    {
        lock (_gate)
        {
            var free = capacity - Held(labels.ProcessId);
            if (labels.Memory <= free)
            {
                _starting[labels.ProcessId] = labels.Memory;
                return null;
            }

            return new Unavailable(
                StepProblem.NoMemory,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a process of {labels.Memory} MiB of memory has no room now: {Math.Max(0, free)} of {capacity} MiB are free"
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
    public void Want(DesiredApp app) =>
        _wanted[app.AppId] = Math.Max(app.Services.Sum(Of), app.Proving ? app.Previous.Sum(Of) : 0);

    /// <summary>The app is gone.</summary>
    public void Forget(string appId) => _wanted.TryRemove(appId, out _);

    /// <summary>
    /// Whether all that an app asks for fits beside what the others ask for and what runs once. Who asks for no more
    /// than before is let be, as less would be refused too.
    /// </summary>
    public Result<Done> Fits(string app, string appId, long asked)
    {
        var live = Live().ToArray();
        var scaled = live.Where(c => !c.Labels.OneOff)
            .GroupBy(c => c.Labels.AppId)
            .ToDictionary(g => g.Key, g => g.Sum(c => c.Labels.Memory));
        var others =
            scaled.Keys.Union(_wanted.Keys).Where(id => id != appId).Sum(Promised)
            + live.Where(c => c.Labels.OneOff).Sum(c => c.Labels.Memory);
        return asked <= Promised(appId) || others + asked <= capacity
            ? Result.Done
            : new Conflict(
                "rack.too_much_memory",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{app} does not fit on the rack's machine: its processes would take {asked} MiB of memory, others take {others}, and there are {capacity}"
                )
            )
            {
                Suggestion =
                    "ask for less (scale.count and scale.memory in convox.yml, or convox scale), or scale something else down",
            };

        long Promised(string id) => Math.Max(_wanted.GetValueOrDefault(id), scaled.GetValueOrDefault(id));
    }

    private static long Of(DesiredService service) => (long)service.Count * service.Memory;

    private IEnumerable<SeenContainer> Live() =>
        _racks.SelectMany(seen => seen()).Where(c => c.State != ProcessPhase.Exited);

    private long Held(string? but) =>
        _starting.Where(p => p.Key != but).Sum(p => p.Value)
        + Live()
            .Where(c => c.Labels.ProcessId != but && !_starting.ContainsKey(c.Labels.ProcessId))
            .Sum(c => c.Labels.Memory);
}
