using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Web.Api;
using Palisade.Web.Components.Racks;

namespace Palisade.Web.Components.Apps;

/// <summary>
/// Reads what a person may see of racks and apps. Each part is decided by itself; what may not be seen is left out.
/// </summary>
internal sealed class AppsReader(
    Records records,
    IGate gate,
    MissingRights missing,
    IProviders providers,
    IReleaseShapes shapes,
    RackSights sights,
    Bylines bylines
)
{
    public async Task<AppsChange.Loaded> AllAsync(Caller caller, CancellationToken cancellationToken)
    {
        var racks = ImmutableArray.CreateBuilder<RackGroup>();
        var apps = ImmutableArray.CreateBuilder<AppRow>();
        foreach (
            var rack in (await records.RacksAsync(caller.Org!, cancellationToken)).OrderBy(
                r => r.Name,
                StringComparer.Ordinal
            )
        )
        {
            if (!await gate.AllowsAsync(caller, Operations.RackGet, Resource.Of(rack.Ref), cancellationToken))
            {
                continue;
            }

            racks.Add(
                new RackGroup(
                    await sights.OfAsync(rack, cancellationToken),
                    await MissingAsync(caller, rack.Ref, cancellationToken)
                )
            );
            apps.AddRange(await OfRackAsync(caller, rack, cancellationToken));
        }

        return new AppsChange.Loaded(racks.ToImmutable(), apps.ToImmutable());
    }

    /// <summary>Those of one rack, by name.</summary>
    public async Task<ImmutableArray<AppRow>> OfRackAsync(
        Caller caller,
        RackState rack,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(rack);
        var apps = ImmutableArray.CreateBuilder<AppRow>();
        var (live, silent) = (Here(rack), false);
        foreach (var app in await records.AppsAsync(rack.Ref, cancellationToken))
        {
            if (await RowAsync(caller, app, live, silent, cancellationToken) is { } row)
            {
                apps.Add(row);

                // It is waited for once, not for each of its apps.
                silent |= row.IsSilent;
            }
        }

        return apps.ToImmutable();
    }

    /// <summary>One app as of now.</summary>
    public async Task<AppsChange> OneAsync(Caller caller, AppRef app, CancellationToken cancellationToken) =>
        await records.AppAsync(app, cancellationToken) is { } view
        && await records.RackAsync(app.Rack, null, cancellationToken) is { } rack
        && await RowAsync(caller, view, Here(rack), false, cancellationToken) is { } row
            ? new AppsChange.Seen(row)
            : new AppsChange.Gone($"{app.Rack.Rack}/{app.App}");

    /// <summary>Null: it is not the reader's to see.</summary>
    /// <param name="live">Its rack; null: what it sees is not asked for, or it is not reached.</param>
    /// <param name="silent">The rack is known not to answer.</param>
    public async Task<AppRow?> RowAsync(
        Caller caller,
        AppView app,
        ILiveRack? live,
        bool silent,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(app);
        var resource = Resource.Of(app.Ref);
        if (!await gate.AllowsAsync(caller, Operations.AppGet, resource, cancellationToken))
        {
            return null;
        }

        var rollout = app.Rollout is { } begun
            ? begun with
            {
                By = await bylines.OfAsync(begun.By, cancellationToken),
            }
            : null;
        var row = new AppRow { App = app with { Rollout = rollout } };
        if (app.Release.Length == 0)
        {
            return row;
        }

        if (
            await gate.AllowsAsync(caller, Operations.ReleaseGet, resource, cancellationToken)
            && await records.ReleaseAsync(app.Ref, app.Release, cancellationToken) is { } release
        )
        {
            row = row with { Since = release.Created, By = await bylines.OfAsync(release.By, cancellationToken) };
        }

        return live is null
            ? row with
            {
                IsSilent = silent,
            }
            : await OnRackAsync(caller, live, row, silent, cancellationToken);
    }

    /// <summary>Lists look at racks of this node only: each app of another's would be a call to that.</summary>
    private IRackProvider? Here(RackState rack) =>
        providers.Find(rack).TryGet(out var provider, out _) ? provider : null;

    private async Task<AppRow> OnRackAsync(
        Caller caller,
        ILiveRack live,
        AppRow row,
        bool silent,
        CancellationToken cancellationToken
    )
    {
        var (app, resource) = (row.App, Resource.Of(row.App.Ref));
        var loaded = await shapes.ServicesAsync(app, app.Release, live.Features, cancellationToken);
        if (!loaded.TryGet(out var services, out _))
        {
            return row;
        }

        if (await gate.AllowsAsync(caller, Operations.ServiceList, resource, cancellationToken))
        {
            row = row with { Address = await AddressAsync(live, app.Ref, services, cancellationToken) };
        }

        if (await gate.AllowsAsync(caller, Operations.ProcessList, resource, cancellationToken))
        {
            var processes = silent
                ? null
                : await live.ProcessesAsync(app.Ref, app.Id, cancellationToken).OrNullAsync(cancellationToken);
            row = row with
            {
                IsSilent = processes is null,
                Healthy = processes?.Count(p =>
                    p is { Status: ProcessStatus.Running, OneOff: false } && p.Release == app.Release
                ),
                Desired = services.Sum(s => s.Count),
            };
        }

        return row;
    }

    private ValueTask<MissingRight?> MissingAsync(Caller caller, RackRef rack, CancellationToken cancellationToken) =>
        missing.OfAsync(caller, SampleDeployment.AppOn(rack), SampleDeployment.Needs, cancellationToken);

    /// <summary>Of the first service that others reach.</summary>
    private static async Task<Uri?> AddressAsync(
        ILiveRack rack,
        AppRef app,
        ImmutableArray<DesiredService> services,
        CancellationToken cancellationToken
    )
    {
        foreach (var s in services)
        {
            var at = await rack.EndpointsAsync(app, s.Name, s.Port, s.Internal, s.Domains, cancellationToken)
                .OrNullAsync(cancellationToken);
            if (at?.FirstOrDefault(e => !e.Internal) is { } endpoint)
            {
                return Address(endpoint);
            }
        }

        return null;
    }

    private static Uri Address(ServiceEndpoint endpoint) =>
        new UriBuilder(endpoint.Tls ? "https" : "http", endpoint.Host, endpoint.Port, "/").Uri;
}
