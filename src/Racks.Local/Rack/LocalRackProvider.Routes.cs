using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>Where requests go.</summary>
public sealed partial class LocalRackProvider
{
    private static async Task<Result<Done>> RouteAsync(
        LocalRack rack,
        DesiredApp desired,
        SetRoute step,
        CancellationToken cancellationToken
    )
    {
        var s = step.Service;
        var key = $"{desired.AppId}-{s.Name}";
        if (step.KeepShape)
        {
            return await rack.Routes.ChangeAsync(
                key,
                now => now is null ? null : now with { Servers = Servers(now) },
                cancellationToken
            );
        }

        var vip = s.Internal ? await rack.Vips.EnsureAsync($"{desired.AppId}/{s.Name}", cancellationToken) : null;
        var route = new RouteEntry
        {
            App = desired.App,
            AppId = desired.AppId,
            Service = s.Name,
            Release = s.Release,
            Port = s.Port!.Value,
            Scheme = s.Scheme,
            Hosts = s.Internal ? [] : HostsOf(desired.App, s.Name, s.Domains),
            Vip = vip,
            HealthTimeout = s.Health.Disabled || s.Scheme is not ("http" or "https") ? null : s.Health.Timeout,
            RouterTimeout = s.RouterTimeout,
            Servers = [],
        };
        var known = rack.Routes.Routes.GetValueOrDefault(key);
        var set = await rack.Routes.ChangeAsync(key, now => route with { Servers = Servers(now) }, cancellationToken);
        if (set.Ok && vip is not null && (known is null || known.Vip != vip || known.Port != route.Port))
        {
            await rack.ApplyFirewallAsync(cancellationToken);
        }

        return set;

        // INVARIANT: what is being removed leaves its route by its own removal, once it is drained, and never comes
        // back into it.
        ImmutableArray<RouteServer> Servers(RouteEntry? now)
        {
            var running = rack
                .Watch.Seen.Values.Where(c => c.Labels.AppId == desired.AppId && c.State == ProcessPhase.Running)
                .ToDictionary(c => c.Labels.ProcessId, c => c.Labels);
            var wanted = step
                .Processes.Where(p => running.TryGetValue(p.Id, out var l) && l.Port is not null && !IsLeaving(p.Id))
                .Select(p => RouteServer.Of(running[p.Id], p.Ip));
            return
            [
                .. now?.Servers.Where(r => IsLeaving(r.ProcessId) && running.ContainsKey(r.ProcessId)) ?? [],
                .. wanted,
            ];
        }

        bool IsLeaving(string id) => step.Leaving.Contains(id) || rack.Removing.ContainsKey(id);
    }

    private static async Task<Result<Done>> UnrouteAsync(
        LocalRack rack,
        string appId,
        string service,
        CancellationToken cancellationToken
    )
    {
        var removed = await rack.Routes.RemoveAsync(r => r.AppId == appId && r.Service == service, cancellationToken);
        if (removed.Ok)
        {
            await ReleaseVipsAsync(rack, appId, s => s == service, cancellationToken);
            await rack.ApplyFirewallAsync(cancellationToken);
        }

        return removed;
    }

    private static async Task ReleaseVipsAsync(
        LocalRack rack,
        string appId,
        Func<string, bool> which,
        CancellationToken cancellationToken
    )
    {
        var prefix = $"{appId}/";
        foreach (
            var key in Network
                .NetworkLedger.Read(rack.Engine.Folder)
                .Vips.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal) && which(k[prefix.Length..]))
                .ToArray()
        )
        {
            await rack.Vips.ReleaseAsync(key, cancellationToken);
        }
    }
}
