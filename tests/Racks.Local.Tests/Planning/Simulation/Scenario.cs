using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>
/// A random story of one app: changes good and bad, cancels, kills of processes and of the server, then quiet.
/// </summary>
internal sealed partial class Scenario
{
    private static readonly string[] Names = ["api", "web", "work"];
    private static readonly (int, int)[] Bounds =
    [
        (50, 200),
        (50, 200),
        (50, 200),
        (0, 100),
        (50, 100),
        (100, 100),
        (100, 200),
        (25, 150),
        (0, 200),
        (50, 125),
        (100, 150),
    ];
    private static readonly Behaviour[] Bad =
    [
        Behaviour.CrashesAtStart,
        Behaviour.AnswersWrongly,
        Behaviour.NeverAnswers,
        Behaviour.HasNoImage,
        Behaviour.CannotStart,
    ];

    private readonly Random _random;
    private readonly SimulatedRack _rack;
    private readonly SimulatedApp _app = new();
    private readonly Invariants _invariants;
    private readonly SimulatedConvergence _loop;
    private readonly Dictionary<(string Release, string Service), Behaviour> _bad = [];
    private int _releases;
    private bool _byHand;

    /// <summary>
    /// Processes killed since the last change began. One more than a change bears would end it, and rightly.
    /// </summary>
    private int _killed;

    public Scenario(int seed, Func<DesiredApp, LocalObservation, Plan> planner)
    {
        _random = new Random(seed);
        _rack = new SimulatedRack(_random) { StepFailures = _random.Next(2) * 0.04 };
        _invariants = new Invariants(_rack, _app);
        _loop = new SimulatedConvergence(_rack, _app, _invariants, planner);
        _rack.BehaviourOf = s => _bad.GetValueOrDefault((s.Release, s.Name));
        _rack.Mishap = _invariants.Mishap;
        _rack.Cut = id => _invariants.Hold(false, $"{id} loses its route without being drained");
    }

    public int Failed => _app.Outcomes.Count(o => o.Outcome.StartsWith("rollout.", StringComparison.Ordinal));

    public void Play()
    {
        Change(Release(good: true), expectSuccess: true);
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            Disturb();
            switch (_random.Next(7))
            {
                case 0:
                    Change(Scaled(), expectSuccess: true);
                    break;
                case 1:
                    Change(Restarted(), expectSuccess: true);
                    break;
                case 2:
                    Superseded();
                    break;
                case 3:
                    Cancelled();
                    break;
                case 4:
                    Change([], expectSuccess: true);
                    Change(Release(good: true), expectSuccess: true);
                    break;
                default:
                    var good = _random.Next(2) == 0;
                    Change(Release(good), expectSuccess: good);
                    break;
            }
        }

        Quiet();
        _invariants.Final();
        _invariants.Hold(
            _loop.Rounds < 60 * (_rack.Now - SimulatedRack.Begin).TotalSeconds,
            $"{_loop.Rounds} rounds: it turns for nothing"
        );
    }

    /// <summary>Kills at random moments of what comes next.</summary>
    private void Disturb()
    {
        for (var i = _random.Next(3); i > 0; i--)
        {
            _rack.At(
                Soon(),
                () =>
                {
                    if (_rack.ServerRuns)
                    {
                        _rack.KillServer(Within(200, 3_000));
                        _loop.Forget();
                        _invariants.Mishap("the server is killed");
                    }
                }
            );
        }

        if (_random.Next(3) == 0)
        {
            _rack.At(
                Soon(),
                () =>
                {
                    var running = _rack.Containers.Where(c => c.IsRunning).ToArray();
                    if (running.Length > 0 && _killed < RolloutAssessor.MaxFailures - 1)
                    {
                        _killed++;
                        _byHand = true;
                        _rack.End(running[_random.Next(running.Length)], 137);
                    }
                }
            );
        }
    }

    private void Quiet() =>
        Until(
            () =>
                _loop.Settled && !_rack.Changed && _rack.Removing.Count + _rack.Starting.Count == 0 && _rack.ServerRuns,
            TimeSpan.FromMinutes(4),
            "it settles"
        );

    private void Until(Func<bool> reached, TimeSpan limit, string? what)
    {
        _loop.Run(_rack.Now + limit, reached);
        _invariants.Hold(what is null || reached(), $"missing: {what}");
    }

    private TimeSpan Soon() => _random.Next(2) == 0 ? Within(0, 2_000) : Within(0, 20_000);

    private TimeSpan Within(int least, int most) => TimeSpan.FromMilliseconds(_random.Next(least, most));
}
