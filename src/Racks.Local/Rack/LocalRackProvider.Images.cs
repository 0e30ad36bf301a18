using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Rack;

/// <summary>Images that builds left: what there is, and its end.</summary>
public sealed partial class LocalRackProvider
{
    /// <summary>How long builds that run are waited for, which keeps others that come from beginning.</summary>
    private static readonly TimeSpan WaitForBuilds = TimeSpan.FromSeconds(30);

    public async Task<Result<ImmutableArray<string>>> BuildsAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            return (await ImagesAsync(Rack(app.Rack), appId, cancellationToken))
                .Select(image => image.Build)
                .Distinct(StringComparer.Ordinal)
                .ToImmutableArray();
        }
        catch (Exception e) when (EngineTrouble(e) is { } trouble)
        {
            return trouble;
        }
    }

    public async Task<Result<Done>> RemoveBuildAsync(
        AppRef app,
        string appId,
        string buildId,
        CancellationToken cancellationToken = default
    )
    {
        var rack = Rack(app.Rack);
        return await AloneAsync(
            rack,
            async () =>
            {
                foreach (var (name, build) in await ImagesAsync(rack, appId, cancellationToken))
                {
                    if (build == buildId)
                    {
                        await RemoveUnusedAsync(rack, name, cancellationToken);
                    }
                }
            },
            cancellationToken
        );
    }

    public async Task<Result<LeftImages>> RemoveLeftImagesAsync(
        RackRef rack,
        CancellationToken cancellationToken = default
    )
    {
        var local = Rack(rack);
        // A person's own engine has images of others, too.
        if (!local.Engine.IsPrivate)
        {
            return LeftImages.None;
        }

        var (bases, layers) = (new List<string>(), 0);
        var done = await AloneAsync(
            local,
            async () =>
            {
                var keep = BaseSweep.Keep(new DriveInfo(local.Engine.Folder.Path), options.KeepUnusedImages);
                var sweep = new BaseSweep(local.Engine.Client, local.Builder.Bases);
                await sweep.RunAsync(keep, bases, cancellationToken);
                layers = await local.Engine.Client.PruneLayersAsync(time.GetUtcNow() - keep, cancellationToken);
            },
            cancellationToken
        );
        // What is gone is told, also when the engine failed at the next; that is tried again.
        return done.Ok || bases.Count > 0 ? new LeftImages([.. bases], layers) : Result.Fail<LeftImages>(done.Problem);
    }

    // INVARIANT: alone. A build takes layers that are there by name, and must not find them gone a moment later.
    private static async Task<Result<Done>> AloneAsync(
        LocalRack rack,
        Func<Task> remove,
        CancellationToken cancellationToken
    )
    {
        using var alone = await rack.BuildSlots.TryEnterAloneAsync(WaitForBuilds, cancellationToken);
        if (alone is null)
        {
            return RackProblems.Building(rack.Rack.Ref);
        }

        try
        {
            await remove();
            return Result.Done;
        }
        catch (Exception e) when (EngineTrouble(e) is { } trouble)
        {
            return trouble;
        }
    }

    private static async Task RemoveUnusedAsync(LocalRack rack, string name, CancellationToken cancellationToken)
    {
        try
        {
            await rack.Engine.Client.RemoveImageAsync(name, force: false, cancellationToken);
        }
        catch (EngineException e) when (e.IsConflict)
        {
            return; // A process runs on it still: the next prune takes it.
        }
    }

    /// <summary>Names of the app's images, each with the id of its build, which is its tag.</summary>
    private static async Task<ImmutableArray<(string Name, string Build)>> ImagesAsync(
        LocalRack rack,
        string appId,
        CancellationToken cancellationToken
    )
    {
        var images = await rack.Engine.Client.ListImagesAsync(
            [$"{ContainerLabels.AppIdKey}={appId}"],
            cancellationToken
        );
        return
        [
            .. images
                .SelectMany(image => image.RepoTags ?? [])
                .Select(name => (name, name[(name.LastIndexOf(':') + 1)..].ToUpperInvariant()))
                .Where(image => Ids.IsBuild(image.Item2)),
        ];
    }
}
