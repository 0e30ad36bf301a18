using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Grains.Tests.Hosting;

/// <summary>Builds, and the images that they leave.</summary>
internal sealed partial class FakeRackProvider
{
    /// <summary>
    /// Given the input, what the build ends in. Default: an image for <c>web</c> and the manifest below.
    /// </summary>
    public Func<BuildInput, Func<string, ValueTask>, CancellationToken, Task<Result<BuildOutput>>> Build { get; set; } =
        static (input, _, _) => Task.FromResult<Result<BuildOutput>>(Output(input.BuildId));

    /// <summary>Runs after images were listed.</summary>
    public Func<Task> Listed { get; set; } = static () => Task.CompletedTask;

    /// <summary>Runs before a build's images are removed; a problem is the removal's.</summary>
    public Func<string, CancellationToken, Task<Problem?>> RemovingBuild { get; set; } =
        static (_, _) => Task.FromResult<Problem?>(null);

    public int Builds;
    public int Imports;

    public static BuildOutput Output(string build, string? manifest = null) =>
        new(ImmutableSortedDictionary<string, string>.Empty.Add("web", $"image/{build}"), manifest ?? Manifest, "");

    /// <summary>Builds of an app whose images are there, sorted.</summary>
    public IEnumerable<string> Images(string appId) =>
        _images.Keys.Where(image => image.App == appId).Select(image => image.Build).Order(StringComparer.Ordinal);

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

    public Task<Result<BuildOutput>> ImportAsync(
        BuildInput input,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref Imports);
        return BuildAsync(input, log, cancellationToken);
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

    /// <summary>What builds left and nothing needs; it is removed once.</summary>
    public LeftImages Left { get; set; } = LeftImages.None;

    public Task<Result<LeftImages>> RemoveLeftImagesAsync(RackRef rack, CancellationToken cancellationToken = default)
    {
        var removed = Left;
        Left = LeftImages.None;
        return Task.FromResult<Result<LeftImages>>(removed);
    }
}
