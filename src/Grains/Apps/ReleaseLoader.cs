using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Storage;

namespace Palisade.Grains.Apps;

/// <summary>
/// Brings together a release's build, manifest and environment, and refuses what this rack could not run.
/// </summary>
public sealed class ReleaseLoader(IStore store, AppEnvironments environments)
{
    /// <summary>
    /// Problems: <c>release.no_build</c>, <c>env.missing_required</c>, <c>manifest.invalid</c>,
    /// <c>manifest.unsupported</c>, <c>build.no_image</c>.
    /// </summary>
    public async Task<Result<LoadedRelease>> LoadAsync(
        AppRef app,
        string appId,
        string release,
        string build,
        int environmentVersion,
        RackFeatures features,
        CancellationToken cancellationToken = default
    )
    {
        var row =
            build.Length == 0
                ? null
                : await store.Views.GetAsync(
                    app.Org,
                    ViewKinds.Build,
                    $"{app.Rack.Rack}/{app.App}/{build}",
                    cancellationToken
                );
        if (row is null || ViewJson.Read<BuildState>(row) is not { Images.Count: > 0 } state)
        {
            return AppProblems.NoBuild(release);
        }

        var environment = await environments.OpenAsync(app, appId, environmentVersion, cancellationToken);
        return ManifestParser
            .Parse(state.Manifest, environment)
            .Then<LoadedRelease>(manifest =>
            {
                var unsupported = ManifestSupport.Check(manifest, features);
                if (!unsupported.IsEmpty)
                {
                    return ManifestProblems.CombineUnsupported(unsupported);
                }

                var loaded = new LoadedRelease(release, state, manifest, environment);
                return manifest.Services.FirstOrDefault(s => !state.Images.ContainsKey(s.Name)) is { } lacking
                    ? DesiredBuilder.NoImage(loaded, lacking.Name)
                    : loaded;
            });
    }
}
