using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Dashboard;

/// <summary>Reads what is on the dashboard beside apps and jobs.</summary>
internal sealed class DashboardReader(IAuditSearch search, IAuditLog log, MissingRights missing, Bylines bylines)
{
    private static readonly Operation[] ForPage = [Operations.DashboardView];
    private static readonly Operation[] ForRefusals = [Operations.AuditRead];

    /// <summary>Why there is no dashboard for the caller, as a sentence; null: nothing is missing.</summary>
    public ValueTask<MissingRight?> MissingAsync(Caller caller, CancellationToken cancellationToken) =>
        missing.OfAsync(caller, Resource.Org, ForPage, cancellationToken);

    public ValueTask<MissingRight?> MayNotSeeRefusalsAsync(Caller caller, CancellationToken cancellationToken) =>
        missing.OfAsync(caller, Resource.Org, ForRefusals, cancellationToken);

    /// <summary>The newest, for who may read the audit log.</summary>
    public async Task<ImmutableArray<Refusal>> RefusalsAsync(string org, CancellationToken cancellationToken)
    {
        var found = await search.FindAsync(
            org,
            new AuditQuery { Results = ["denied"] },
            null,
            DashboardState.Most,
            cancellationToken
        );
        var refusals = ImmutableArray.CreateBuilder<Refusal>(found.Length);
        foreach (var entry in await log.ReadAsync(org, found, cancellationToken))
        {
            var by = await bylines.OfRecordAsync(org, entry.Facets.Actor, cancellationToken);
            var on = Resource.TryParse(entry.Facets.Resource, out var resource)
                ? resource.Display
                : entry.Facets.Resource;
            refusals.Add(new Refusal(entry.Index, entry.At, by, entry.Facets.Operation, on));
        }

        return refusals.ToImmutable();
    }
}
