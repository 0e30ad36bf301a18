using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>An app's services as they are and as they should be. Pure.</summary>
internal sealed class AppSituation
{
    public AppSituation(DesiredApp desired, LocalObservation seen)
    {
        Services = [.. desired.Services.Select(s => new ServiceSituation(desired, s, seen))];
        Proven = Services.All(s => s.Proven);
        OnTheirWay =
            desired.Proving && !Proven
                ?
                [
                    .. desired
                        .Previous.Where(p => desired.Services.All(s => s.Name != p.Name))
                        .Select(p => (new WayBack(p, seen, p.Count), new ServiceSituation(desired, p, seen))),
                ]
                : [];
    }

    public ImmutableArray<ServiceSituation> Services { get; }

    public bool Proven { get; }

    /// <summary>Services that the change under way takes away: they serve until it is proven.</summary>
    public ImmutableArray<(WayBack Before, ServiceSituation Situation)> OnTheirWay { get; }

    /// <summary>All that the change goes back to if it fails.</summary>
    public IEnumerable<WayBack> WaysBack =>
        Services.Select(s => s.Before).OfType<WayBack>().Concat(OnTheirWay.Select(g => g.Before));
}
