using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

/// <summary>One moment of an app, put together by hand. Ages are seconds before now.</summary>
internal sealed class Situation
{
    private readonly List<LocalProcess> _processes = [];
    private readonly Dictionary<string, LocalRoute> _routes = [];
    private readonly List<StepProblem> _problems = [];
    private readonly List<DesiredService> _services = [];
    private readonly List<DesiredService> _before = [];
    private string _rollout = "now";
    private bool _network = true;
    private long? _free;

    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public Situation Wants(string name, string release, Func<DesiredService, DesiredService>? with = null)
    {
        _services.Add((with ?? (s => s))(Some.Service(name, release)));
        return this;
    }

    /// <summary>What the change goes back to if it fails.</summary>
    public Situation Before(string name, string release, Func<DesiredService, DesiredService>? with = null)
    {
        _before.Add((with ?? (s => s))(Some.Service(name, release)));
        return this;
    }

    public Situation NotProving()
    {
        _rollout = "";
        return this;
    }

    public Situation Free(long mebibytes)
    {
        _free = mebibytes;
        return this;
    }

    public Situation WithoutNetwork()
    {
        _network = false;
        return this;
    }

    /// <summary>
    /// Processes like <c>web-R1-a</c> for service, release, letter: running for a minute and healthy unless said
    /// otherwise.
    /// </summary>
    public Situation Has(string ids, Func<LocalProcess, LocalProcess>? with = null)
    {
        foreach (var id in ids.Split(' '))
        {
            var words = id.Split('-');
            var process = new LocalProcess
            {
                Id = id,
                Service = words[0],
                Release = words[1],
                SpecHash = $"{words[1]}.0",
                RolloutId = "now",
                State = ProcessPhase.Running,
                Started = Now.AddSeconds(-60),
                Ip = "10.0.0.2",
                Port = 80,
                Probed = true,
                Probe = new ProbeState { HealthySince = Now.AddSeconds(-50) },
            };
            _processes.Add((with ?? (p => p))(process));
        }

        return this;
    }

    public Situation Ended(string id, double ago, int code = 1, double lived = 0.5, string rollout = "now") =>
        Has(
            id,
            p =>
                p with
                {
                    State = ProcessPhase.Exited,
                    Started = Now.AddSeconds(-ago - lived),
                    Ended = Now.AddSeconds(-ago),
                    ExitCode = code,
                    RolloutId = rollout,
                    Probe = ProbeState.None,
                }
        );

    public Situation Routes(string service, string release, string ids, string withdrawn = "")
    {
        _routes[service] = new LocalRoute(release, Words(ids)) { Withdrawn = Words(withdrawn) };
        return this;

        static ImmutableSortedSet<string> Words(string text) =>
            [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }

    public Situation Fails(
        string service,
        string resource,
        string code,
        double since,
        double last,
        int times,
        bool final = false
    )
    {
        _problems.Add(
            new StepProblem(
                service,
                resource,
                "now",
                code,
                $"{code} happened",
                final,
                times,
                Now.AddSeconds(-since),
                Now.AddSeconds(-last)
            )
        );
        return this;
    }

    public string Plan() => PlanText.Of(LocalPlanner.Plan(Desired(), Seen()));

    public RolloutProgress Assess() => RolloutAssessor.Assess(Desired(), Seen());

    private DesiredApp Desired() =>
        new()
        {
            App = AppRef.Parse("acme/local/shop"),
            AppId = "0123456789",
            Release = _services.Count == 0 ? "" : _services[0].Release,
            Previous = _rollout.Length > 0 ? [.. _before] : [],
            RolloutId = _rollout,
            Proving = _rollout.Length > 0,
            Services = [.. _services],
        };

    private LocalObservation Seen() =>
        new()
        {
            At = Now,
            Processes = [],
            NetworkExists = _network,
            HealthDeadline = TimeSpan.FromSeconds(60),
            Scaled = [.. _processes],
            Routes = _routes.ToImmutableSortedDictionary(),
            Problems = [.. _problems],
            FreeMemory = _free,
        };
}
