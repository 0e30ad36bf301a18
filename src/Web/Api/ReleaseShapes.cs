using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Grains.Apps;
using Palisade.Racks;

namespace Palisade.Web.Api;

/// <inheritdoc cref="IReleaseShapes"/>
internal sealed class ReleaseShapes(Records records, ReleaseLoader loader) : IReleaseShapes
{
    public async Task<Result<ImmutableArray<DesiredService>>> ServicesAsync(
        AppView app,
        string release,
        RackFeatures features,
        CancellationToken cancellationToken
    )
    {
        if (await records.ReleaseAsync(app.Ref, release, cancellationToken) is not { } found)
        {
            return AppProblems.NoSuchRelease(release);
        }

        var loaded = await loader.LoadAsync(
            app.Ref,
            app.Id,
            found.Id,
            found.Build,
            found.EnvironmentVersion,
            features,
            cancellationToken
        );
        if (!loaded.TryGet(out var whole, out var problem))
        {
            return Result.Fail<ImmutableArray<DesiredService>>(problem);
        }

        var services = ImmutableArray.CreateBuilder<DesiredService>();
        foreach (var spec in whole.Manifest.Services)
        {
            if (!DesiredBuilder.Service(app.Ref, app.Id, whole, spec, app.Current).TryGet(out var service, out problem))
            {
                return Result.Fail<ImmutableArray<DesiredService>>(problem);
            }

            services.Add(service);
        }

        return services.ToImmutable();
    }
}
