using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Web.Api;
using Palisade.Web.Components.Racks;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>Reads one app for its pages. What may not be seen is left out.</summary>
internal sealed class AppReader(
    AppsReader apps,
    Records records,
    IGate gate,
    IProviders providers,
    PageRacks racks,
    Bylines bylines
)
{
    /// <summary>Null: it is not there, or not the reader's to see.</summary>
    public async Task<AppSummary?> SummaryAsync(Caller caller, AppRef app, CancellationToken cancellationToken)
    {
        if (
            await records.AppAsync(app, cancellationToken) is not { } view
            || await records.RackAsync(app.Rack, null, cancellationToken) is not { } rack
        )
        {
            return null;
        }

        var found = await racks.LiveAsync(caller, Operations.AppGet, Resource.Of(app), rack, cancellationToken);
        var silent = !found.TryGet(out var live, out _) && providers.IsElsewhere(rack);
        return await apps.RowAsync(caller, view, live, silent, cancellationToken) is { } row
            ? new AppSummary(row, rack, await NewestAsync(caller, app, cancellationToken))
            : null;
    }

    /// <summary>Its processes as the rack sees them; null when they may not be seen or nobody can say.</summary>
    public async Task<ImmutableArray<ObservedProcess>?> ProcessesAsync(
        Caller caller,
        AppSummary app,
        CancellationToken cancellationToken
    )
    {
        var (operation, resource) = (Operations.ProcessList, Resource.Of(app.Ref));
        return
            await gate.AllowsAsync(caller, operation, resource, cancellationToken)
            && (await racks.LiveAsync(caller, operation, resource, app.Rack, cancellationToken)).TryGet(
                out var live,
                out _
            )
            ? await live.ProcessesAsync(app.Ref, app.Row.App.Id, cancellationToken).OrNullAsync(cancellationToken)
            : null;
    }

    private async Task<ReleaseView?> NewestAsync(Caller caller, AppRef app, CancellationToken cancellationToken)
    {
        if (!await gate.AllowsAsync(caller, Operations.ReleaseList, Resource.Of(app), cancellationToken))
        {
            return null;
        }

        var newest = (await records.ReleasesAsync(app, 1, cancellationToken)).FirstOrDefault();
        return newest is null ? null : newest with { By = await bylines.OfAsync(newest.By, cancellationToken) };
    }
}
