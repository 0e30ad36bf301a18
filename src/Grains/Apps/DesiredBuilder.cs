using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Releases;
using Palisade.Racks;

namespace Palisade.Grains.Apps;

/// <summary>
/// Turns a loaded release and what was set beside it into what the rack should run. Pure but for the hash.
/// </summary>
public static class DesiredBuilder
{
    /// <param name="goal">What is wanted of the app.</param>
    /// <param name="release">The release to run; null for none.</param>
    /// <param name="previous">While a change is being proven: the release that runs until then; null for none.</param>
    public static Result<DesiredApp> Build(ConvergeGoal goal, LoadedRelease? release, LoadedRelease? previous)
    {
        ArgumentNullException.ThrowIfNull(goal);
        var rollout = goal.App.Rollout is { Failed: false } r ? r : null;
        var before = Services(goal, previous, goal.App.Current);
        return Services(goal, release, goal.Desired)
            .Map(services => new DesiredApp
            {
                App = goal.App.Ref,
                AppId = goal.App.Id,
                Release = goal.Desired.Release,
                RolloutId = rollout?.Id ?? "",
                Proving = rollout is not null,
                Services = services,
                // What can't be told any more can't be put back; that is no reason against the change.
                Previous = before.Ok ? before.Value : [],
                Deleting = goal.App.Status == AppStatus.Deleting,
            });
    }

    private static Result<ImmutableArray<DesiredService>> Services(
        ConvergeGoal goal,
        LoadedRelease? release,
        Deployment deployment
    )
    {
        var services = ImmutableArray.CreateBuilder<DesiredService>();
        foreach (var spec in release?.Manifest.Services ?? [])
        {
            var service = Service(goal.App.Ref, goal.App.Id, release!, spec, deployment);
            if (!service.TryGet(out var desired, out var problem))
            {
                return Result.Fail<ImmutableArray<DesiredService>>(problem);
            }

            services.Add(desired);
        }

        return services.ToImmutable();
    }

    /// <summary>One service of a release, with scale and restarts as set.</summary>
    public static Result<DesiredService> Service(
        AppRef app,
        string appId,
        LoadedRelease release,
        ServiceSpec spec,
        Deployment deployment
    )
    {
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(deployment);
        var injected = new InjectedEnvironment
        {
            Rack = app.Rack.Rack,
            App = app.App,
            Release = release.Id,
            Build = release.Build.Id,
            BuildDescription = release.Build.Description,
            BuildGitSha = release.Build.GitSha,
        };
        var environment = EffectiveEnvironment.For(spec, release.Environment, injected);
        if (!environment.TryGet(out var variables, out var problem))
        {
            return Result.Fail<DesiredService>(problem);
        }

        if (!release.Build.Images.TryGetValue(spec.Name, out var image))
        {
            return NoImage(release, spec.Name);
        }

        var (count, cpu, memory) = Scale(spec, deployment);
        var service = new DesiredService
        {
            Name = spec.Name,
            Release = release.Id,
            Image = image,
            Command = spec.Command,
            Environment = new(variables.ToImmutableSortedDictionary(StringComparer.Ordinal)),
            Port = spec.Port?.Number,
            Scheme = spec.Port?.Scheme.ToString().ToLowerInvariant() ?? "http",
            Health = new(spec.Health.Path, spec.Health.Interval, spec.Health.Timeout, spec.Health.Grace)
            {
                Disabled = spec.Health.Disable,
            },
            Count = count,
            Cpu = cpu,
            Memory = memory,
            Internal = spec.Internal,
            Domains = spec.Domains,
            Init = spec.Init,
            Drain = spec.DrainSeconds,
            TerminationGrace = spec.TerminationGraceSeconds,
            Minimum = spec.Deployment.Minimum,
            Maximum = spec.Deployment.Maximum,
            RouterTimeout = spec.TimeoutSeconds,
            RestartGeneration = deployment.Restarts.GetValueOrDefault(spec.Name),
            Volumes = [.. spec.Volumes.Select(v => new DesiredVolume(v.Source, v.Path))],
            Labels = spec.Labels,
            SpecHash = "",
        };
        return service with { SpecHash = Hash(appId, service) };
    }

    /// <summary>What all processes of a deployment ask for.</summary>
    public static MachineShare Asks(AppManifest manifest, Deployment deployment)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(deployment);
        return manifest.Services.Aggregate(
            default(MachineShare),
            (sum, spec) =>
            {
                var (count, cpu, memory) = Scale(spec, deployment);
                return sum.Plus(MachineShare.Of(count, cpu, memory));
            }
        );
    }

    private static (int Count, int Cpu, int Memory) Scale(ServiceSpec spec, Deployment deployment)
    {
        var set = deployment.Scale.GetValueOrDefault(spec.Name);
        return (set?.Count ?? spec.Scale.Min, set?.Cpu ?? spec.Scale.CpuMillis, set?.Memory ?? spec.Scale.MemoryMiB);
    }

    /// <summary>
    /// The manifest's service names follow from the environment, and this one was not what the build was made with.
    /// </summary>
    internal static Invalid NoImage(LoadedRelease release, string service) =>
        new("build.no_image", $"build {release.Build.Id} has no image for service {Printable.Of(service)}")
        {
            Suggestion = "build it again: convox deploy",
        };

    /// <summary>
    /// SECURITY (S19): the environment is in it only by the release, which names its sealed version; a hash of values
    /// would let them be guessed. The count is left out: scaling replaces nothing.
    /// </summary>
    private static string Hash(string appId, DesiredService s)
    {
        var text = string.Join(
            '\n',
            appId,
            s.Name,
            s.Release,
            s.Image,
            string.Join('\0', s.Command),
            s.Cpu,
            s.Memory,
            s.RestartGeneration,
            s.Init,
            string.Join(',', s.Volumes.Select(v => $"{v.Name}:{v.MountPath}"))
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
