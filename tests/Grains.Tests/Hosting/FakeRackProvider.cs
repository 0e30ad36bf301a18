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
internal sealed class FakeRackProvider : IRackProvider
{
    private readonly ConcurrentDictionary<string, FakeApp> _apps = new();
    private readonly ConcurrentDictionary<string, Behaviour> _behaviours = new();
    private readonly ConcurrentDictionary<(string App, string Build), string> _images = new();
    private readonly ConcurrentDictionary<(string App, string Build), byte> _kept = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Kind => "local";

    public RackFeatures Features => RackFeatures.CountRange;

    public bool Ready { get; set; } = true;

    /// <summary>
    /// Given the input, what the build ends in. Default: an image for <c>web</c> and the manifest below.
    /// </summary>
    public Func<BuildInput, Func<string, ValueTask>, CancellationToken, Task<Result<BuildOutput>>> Build { get; set; } =
        static (input, _, _) => Task.FromResult<Result<BuildOutput>>(Output(input.BuildId));

    /// <summary>Runs before each look; may throw.</summary>
    public Func<Task> Observing { get; set; } = static () => Task.CompletedTask;

    /// <summary>Runs before each step; a problem is the step's.</summary>
    public Func<PlanStep, Problem?> Stepping { get; set; } = static _ => null;

    /// <summary>Runs after images were listed.</summary>
    public Func<Task> Listed { get; set; } = static () => Task.CompletedTask;

    /// <summary>Runs before a build's images are removed; a problem is the removal's.</summary>
    public Func<string, CancellationToken, Task<Problem?>> RemovingBuild { get; set; } =
        static (_, _) => Task.FromResult<Problem?>(null);

    public int Builds;

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

    public static BuildOutput Output(string build, string? manifest = null) =>
        new(ImmutableSortedDictionary<string, string>.Empty.Add("web", $"image/{build}"), manifest ?? Manifest, "");

    public void Behave(string release, Behaviour behaviour) => _behaviours[release] = behaviour;

    /// <summary>Running processes of an app, by id of its creation.</summary>
    public ImmutableArray<FakeProcess> Running(string appId) =>
        _apps.TryGetValue(appId, out var app) ? app.Alive() : [];

    /// <summary>Builds of an app whose images are there, sorted.</summary>
    public IEnumerable<string> Images(string appId) =>
        _images.Keys.Where(image => image.App == appId).Select(image => image.Build).Order(StringComparer.Ordinal);

    public bool Has(string appId) => _apps.ContainsKey(appId);

    /// <summary>One process ends by itself.</summary>
    public void Kill(string appId)
    {
        _apps[appId].RemoveFirst();
        Changed();
    }

    public bool IsReady(RackRef rack) => Ready;

    public Task<Result<Done>> EnsureRackAsync(RackState rack, CancellationToken cancellationToken = default)
    {
        Ready = true;
        return Task.FromResult(Result.Done);
    }

    public Task<RackHealth> ObserveRackAsync(RackState rack, CancellationToken cancellationToken = default) =>
        Task.FromResult(new RackHealth(true, null, "localhost"));

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
            LookAgain = TimeSpan.FromMilliseconds(20),
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

    public Task<Result<IExecSession>> ExecAsync(
        AppRef app,
        string appId,
        string processId,
        ExecRequest request,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<Result<Stream>> ReadFilesAsync(
        AppRef app,
        string appId,
        string processId,
        string path,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<Result<Done>> WriteFilesAsync(
        AppRef app,
        string appId,
        string processId,
        Stream tar,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<Result<Stream>> ProxyAsync(
        RackRef rack,
        string host,
        int port,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public async Task<Result<BuildOutput>> BuildAsync(
        BuildInput input,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref Builds);
        var built = await Build(input, log, cancellationToken);
        if (built.TryGet(out var output, out _))
        {
            Keep(input.AppId, input.BuildId, output);
        }

        return built;
    }

    /// <summary>As a build that was made does; once only, so that what is removed too early stays away.</summary>
    public void Keep(string appId, string build, BuildOutput output)
    {
        if (_kept.TryAdd((appId, build), 0))
        {
            _images[(appId, build)] = output.Images.Values.First();
        }
    }

    public async Task<Result<ImmutableArray<string>>> BuildsAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    )
    {
        ImmutableArray<string> builds = [.. Images(appId)];
        await Listed();
        return builds;
    }

    public async Task<Result<Done>> RemoveBuildAsync(
        AppRef app,
        string appId,
        string buildId,
        CancellationToken cancellationToken = default
    )
    {
        if (await RemovingBuild(buildId, cancellationToken) is { } problem)
        {
            return Result.Fail<Done>(problem);
        }

        _images.TryRemove((appId, buildId), out _);
        return Result.Done;
    }

    public ImmutableArray<ServiceEndpoint> Endpoints(
        AppRef app,
        string service,
        int? port,
        bool isInternal,
        ImmutableArray<string> domains
    ) => [];

    public Task<ImmutableArray<RackInstance>> InstancesAsync(
        RackState rack,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(ImmutableArray<RackInstance>.Empty);

    public Task ShutdownAsync(RackState rack, CancellationToken cancellationToken = default) => Task.CompletedTask;

    private void Changed() =>
        Interlocked
            .Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .SetResult();

    private static bool Proven(DesiredApp desired, Seen seen) =>
        desired.Services.All(s =>
            seen.Alive.Count(p => p.Service == s.Name && p.SpecHash == s.SpecHash && p.Healthy) >= s.Count
        );

    private static IEnumerable<FakeProcess> Surplus(DesiredApp desired, Seen seen)
    {
        foreach (var group in seen.Alive.GroupBy(p => (p.Service, p.SpecHash)))
        {
            var wanted =
                desired
                    .Services.FirstOrDefault(s => s.Name == group.Key.Service && s.SpecHash == group.Key.SpecHash)
                    ?.Count
                ?? 0;
            foreach (var process in group.Skip(wanted))
            {
                yield return process;
            }
        }
    }

    private sealed record Seen(ImmutableArray<FakeProcess> Alive, int Crashes) : AppObservation;

    private sealed record FakeStep(string Service) : PlanStep
    {
        public override string Resource => Service;
    }

    private sealed class FakeApp
    {
        private readonly List<FakeProcess> _processes = [];
        private readonly Dictionary<string, int> _crashes = [];
        private int _next;

        public ImmutableArray<FakeProcess> Alive()
        {
            lock (_processes)
            {
                return [.. _processes];
            }
        }

        public int Crashed(string rollout)
        {
            lock (_processes)
            {
                return _crashes.GetValueOrDefault(rollout);
            }
        }

        public void Start(DesiredService service, string rollout, Behaviour behaviour)
        {
            lock (_processes)
            {
                if (behaviour == Behaviour.Crash)
                {
                    _crashes[rollout] = _crashes.GetValueOrDefault(rollout) + 1;
                    return;
                }

                var environment = service.Environment.Reveal();
                _processes.Add(
                    new FakeProcess(
                        $"p{_next++}",
                        service.Name,
                        service.Release,
                        service.SpecHash,
                        behaviour == Behaviour.Healthy,
                        environment
                    )
                );
            }
        }

        public void Remove(string id)
        {
            lock (_processes)
            {
                _processes.RemoveAll(p => p.Id == id);
            }
        }

        public void RemoveFirst()
        {
            lock (_processes)
            {
                _processes.RemoveAt(0);
            }
        }
    }
}

internal sealed record FakeProcess(
    string Id,
    string Service,
    string Release,
    string SpecHash,
    bool Healthy,
    ImmutableSortedDictionary<string, string> Environment
);
