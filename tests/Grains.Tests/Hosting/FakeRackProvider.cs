using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;
using Palisade.Racks;

namespace Palisade.Grains.Tests.Hosting;

/// <summary>What processes of a release do.</summary>
internal enum Behaviour
{
    Healthy,
    Crash,
    NeverHealthy,
}

/// <summary>
/// A rack in memory that does what the test says. It outlives the host, as containers outlive the server.
/// </summary>
internal sealed partial class FakeRackProvider : IRackProvider
{
    private readonly ConcurrentDictionary<string, FakeApp> _apps = new();
    private readonly ConcurrentDictionary<string, Behaviour> _behaviours = new();
    private readonly ConcurrentDictionary<(string App, string Build), string> _images = new();
    private readonly ConcurrentDictionary<(string App, string Build), byte> _kept = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Kind => "local";

    public RackFeatures Features => RackFeatures.CountRange;

    public bool Ready { get; set; } = true;

    /// <summary>Runs before each look; may throw.</summary>
    public Func<Task> Observing { get; set; } = static () => Task.CompletedTask;

    /// <summary>Runs before each step; a problem is the step's.</summary>
    public Func<PlanStep, Problem?> Stepping { get; set; } = static _ => null;

    /// <summary>Runs in each step before it changes anything.</summary>
    public Func<PlanStep, Task> Applying { get; set; } = static _ => Task.CompletedTask;

    /// <summary>MiB that one app may ask for.</summary>
    public long Memory { get; set; } = long.MaxValue;

    /// <summary>When nothing changes meanwhile.</summary>
    public TimeSpan LookAgain { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Processes that could not be started because their image was gone.</summary>
    public int ImagesMissing;
    public int Steps;
    public int Deletes;

    public static string Manifest { get; set; } =
        """
            environment:
              - COLOR=blue
            services:
              web:
                build: .
                port: 3000
                scale: 2
            """;

    public void Behave(string release, Behaviour behaviour) => _behaviours[release] = behaviour;

    /// <summary>Running processes of an app, by id of its creation.</summary>
    public ImmutableArray<FakeProcess> Running(string appId) =>
        _apps.TryGetValue(appId, out var app) ? app.Alive() : [];

    public bool Has(string appId) => _apps.ContainsKey(appId);

    /// <summary>One process ends by itself.</summary>
    public void Kill(string appId)
    {
        _apps[appId].RemoveFirst();
        Changed();
    }

    public bool IsReady(RackRef rack) => Ready;

    public Result<Done> Fits(AppRef app, string appId, MachineShare asked) =>
        asked.Memory <= Memory ? Result.Done : new Conflict("rack.too_much_memory", $"{asked.Memory} MiB do not fit");

    public Result<Done> Admit(DesiredApp desired) =>
        Fits(desired.App, desired.AppId, new(desired.Services.Sum(s => (long)s.Count * s.Memory), 0));

    public Task<Result<Done>> EnsureRackAsync(RackState rack, CancellationToken cancellationToken = default)
    {
        Ready = true;
        return Task.FromResult(Result.Done);
    }

    public Task<RackHealth> ObserveRackAsync(RackState rack, CancellationToken cancellationToken = default) =>
        Task.FromResult(LastSeen(rack));

    public RackHealth LastSeen(RackState rack) => new(true, null, "localhost");

    public async Task<AppObservation> ObserveAsync(DesiredApp desired, CancellationToken cancellationToken = default)
    {
        await Observing();
        var app = _apps.GetOrAdd(desired.AppId, static _ => new FakeApp());
        return new Seen(app.Alive(), app.Crashed(desired.RolloutId)) { Processes = [], At = DateTimeOffset.UnixEpoch };
    }

    public Plan Plan(DesiredApp desired, AppObservation observed)
    {
        var seen = (Seen)observed;
        var steps = ImmutableArray.CreateBuilder<PlanStep>();
        foreach (var service in desired.Services)
        {
            var have = seen.Alive.Count(p => p.Service == service.Name && p.SpecHash == service.SpecHash);
            for (var i = have; i < service.Count; i++)
            {
                steps.Add(
                    new FakeStep(service.Name)
                    {
                        Address = $"{service.Name}#{i}",
                        Change = ChangeKind.Create,
                        Reason = "too few",
                    }
                );
            }
        }

        if (Proven(desired, seen))
        {
            steps.AddRange(
                Surplus(desired, seen)
                    .Select(p => new FakeStep(p.Service)
                    {
                        Address = p.Id,
                        Change = ChangeKind.Delete,
                        Reason = "not wanted",
                    })
            );
        }

        return new Plan(steps.ToImmutable());
    }

    public RolloutProgress Assess(DesiredApp desired, AppObservation observed)
    {
        var seen = (Seen)observed;
        var proven = Proven(desired, seen);
        return new RolloutProgress
        {
            Proven = proven,
            Settled = proven && !Surplus(desired, seen).Any(),
            Fault =
                desired.Proving && seen.Crashes >= 3
                    ? new RolloutFault("rollout.crashed", "web: exited with code 7 (3 times)")
                    : null,
            LookAgain = LookAgain,
        };
    }

    public async Task<Result<Done>> ApplyAsync(
        DesiredApp desired,
        PlanStep step,
        CancellationToken cancellationToken = default
    )
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref Steps);
        if (Stepping(step) is { } problem)
        {
            return Result.Fail<Done>(problem);
        }

        await Applying(step);
        var app = _apps[desired.AppId];
        if (step.Change == ChangeKind.Delete)
        {
            app.Remove(step.Address);
        }
        else
        {
            var service = desired.Services.Single(s => s.Name == step.Resource);
            if (!_images.Any(image => image.Key.App == desired.AppId && image.Value == service.Image))
            {
                Interlocked.Increment(ref ImagesMissing);
                return new Conflict("rack.image_missing", $"image {service.Image} is not on the rack");
            }

            app.Start(service, desired.RolloutId, _behaviours.GetValueOrDefault(service.Release));
        }

        Changed();
        return Result.Done;
    }

    public Task WaitForChangeAsync(AppRef app, TimeSpan atMost, CancellationToken cancellationToken = default) =>
        Task.WhenAny(_changed.Task, Task.Delay(atMost, cancellationToken));

    public Task WaitForChangeAsync(RackRef rack, TimeSpan atMost, CancellationToken cancellationToken = default) =>
        Task.WhenAny(_changed.Task, Task.Delay(atMost, cancellationToken));

    public Task<Result<Done>> DeleteAppAsync(AppRef app, string appId, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref Deletes);
        _apps.TryRemove(appId, out _);
        foreach (var build in Images(appId).ToArray())
        {
            _images.TryRemove((appId, build), out _);
        }

        return Task.FromResult(Result.Done);
    }

    public Task<ImmutableArray<ObservedProcess>> ProcessesAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(ImmutableArray<ObservedProcess>.Empty);

    public Task<Result<ObservedProcess>> RunAsync(
        OneOffProcess process,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult<Result<ObservedProcess>>(
            new ObservedProcess
            {
                Id = process.ProcessId,
                Service = process.Service.Name,
                Release = process.Service.Release,
                Status = ProcessStatus.Running,
                OneOff = true,
            }
        );

    public Task<Result<Done>> StopAsync(
        AppRef app,
        string appId,
        string processId,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(Result.Done);

    private void Changed() =>
        Interlocked
            .Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .SetResult();
}

internal sealed record FakeProcess(
    string Id,
    string Service,
    string Release,
    string SpecHash,
    bool Healthy,
    ImmutableSortedDictionary<string, string> Environment
);
