using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using Palisade.Web.Components.Apps.Detail;
using Palisade.Web.Components.Audit.Evidence;
using Palisade.Web.Components.Audit.Sinks;
using Palisade.Web.Components.Groups;
using Palisade.Web.Components.Racks.Detail;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Shell.Palette;

/// <summary>Reads where a person may go. What may not be seen is left out.</summary>
internal sealed class PlaceReader(Records records, IGate gate)
{
    public async Task<PlaceIndex> ReadAsync(Caller caller, CancellationToken cancellationToken)
    {
        var org = caller.Org!;
        var places = ImmutableArray.CreateBuilder<Place>();
        places.AddRange(ShellLayout.Places.Select(place => new Place(place.Name, $"/o/{org}/{place.Path}")));
        foreach (var rack in await records.RacksAsync(org, cancellationToken))
        {
            if (!await gate.AllowsAsync(caller, Operations.RackGet, Resource.Of(rack.Ref), cancellationToken))
            {
                continue;
            }

            places.AddRange(TabsOf(rack));
            places.Add(new Place($"{rack.Name} Apps", $"/o/{org}/apps?rack={rack.Name}", rack.Environment));
            foreach (var app in await records.AppsAsync(rack.Ref, cancellationToken))
            {
                if (await gate.AllowsAsync(caller, Operations.AppGet, Resource.Of(app.Ref), cancellationToken))
                {
                    places.AddRange(TabsOf(app.Ref, rack.Environment));
                    places.Add(
                        new Place(
                            $"{rack.Name}/{app.Name} Timeline",
                            $"{AppTab.Overview.LinkOf(app.Ref)}/timeline",
                            rack.Environment
                        )
                    );
                }
            }
        }

        places.Add(new Place("Groups", GroupRow.ListPathOf(org)));
        places.Add(new Place("Audit log Delivery", SinkRow.ListPathOf(org)));
        places.Add(new Place("Audit log Retention", $"/o/{org}/audit/retention"));
        places.Add(new Place("Audit log Evidence", EvidenceReport.ListPathOf(org)));
        places.AddRange(EvidenceReport.All.Select(report => new Place(report.Title, report.PathOf(org))));
        places.Add(new Place("Tokens and sessions", PageGate.TokensPath));
        places.Add(new Place("Second factor", PageGate.SecondFactorPath));
        places.Add(new Place("Change password", PageGate.PasswordPath));
        return new(places.ToImmutable());
    }

    private static IEnumerable<Place> TabsOf(RackState rack) =>
        Enum.GetValues<RackTab>()
            .Select(tab => new Place(
                tab == RackTab.Overview ? rack.Name : $"{rack.Name} {tab}",
                tab.LinkOf(rack.Ref),
                rack.Environment
            ));

    private static IEnumerable<Place> TabsOf(AppRef app, string environment) =>
        Enum.GetValues<AppTab>()
            .Select(tab => new Place(
                tab == AppTab.Overview ? $"{app.Rack.Rack}/{app.App}" : $"{app.Rack.Rack}/{app.App} {tab}",
                tab.LinkOf(app),
                environment
            ));
}
