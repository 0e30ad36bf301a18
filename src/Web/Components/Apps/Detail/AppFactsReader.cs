using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Audit;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>Reads what an app's settings show, and what goes with it when it is deleted.</summary>
internal sealed class AppFactsReader(
    AppReader apps,
    Records records,
    IAuditSearch search,
    IAuditLog log,
    IGate gate,
    Bylines bylines
)
{
    public async Task<AppFacts> ReadAsync(Caller caller, AppSummary app, CancellationToken cancellationToken)
    {
        var mayCount = await gate.AllowsAsync(caller, Operations.ReleaseList, Resource.Of(app.Ref), cancellationToken);
        return new AppFacts
        {
            Created = await gate.AllowsAsync(caller, Operations.AuditRead, Resource.Org, cancellationToken)
                ? await CreationAsync(app.Ref, cancellationToken)
                : null,
            Releases = mayCount
                ? (await records.ReleasesAsync(app.Ref, Records.MaxListed, cancellationToken)).Length
                : null,
            Processes = (await apps.ProcessesAsync(caller, app, cancellationToken))?.Length,
        };
    }

    /// <summary>An app of the same name may have been there before: the newest counts.</summary>
    private async Task<AppCreation?> CreationAsync(AppRef app, CancellationToken cancellationToken)
    {
        var query = new AuditQuery
        {
            Operations = [Operations.AppCreate.Name],
            Resources = [Resource.Of(app).ToString()],
            Results = ["ok"],
        };
        var found = await search.FindAsync(app.Org, query, null, 1, cancellationToken);
        return (await log.ReadAsync(app.Org, found, cancellationToken)).FirstOrDefault() is { } entry
            ? new AppCreation(await bylines.OfIdAsync(entry.Facets.Actor, cancellationToken), entry.At)
            : null;
    }
}
