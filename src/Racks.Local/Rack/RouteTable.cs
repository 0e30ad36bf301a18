using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// All routes of a rack: changed one service at a time, given to the router as a whole, kept in a file.
/// </summary>
internal sealed class RouteTable(
    string path,
    RouterHost router,
    HostsFile hosts,
    RackListens listens,
    RackCertificate certificate
) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ImmutableSortedDictionary<string, RouteEntry> _routes = ImmutableSortedDictionary<string, RouteEntry>.Empty;

    public ImmutableSortedDictionary<string, RouteEntry> Routes => _routes;

    // Ids of processes.
    private readonly ConcurrentDictionary<string, byte> _withdrawn = new(StringComparer.Ordinal);

    /// <summary>Whether a process that is still in its route gets no new requests.</summary>
    public bool IsWithdrawn(string processId) => _withdrawn.ContainsKey(processId);

    /// <summary>Reads what an earlier run left and makes the router follow it.</summary>
    public async Task<Result<Done>> LoadAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            var entries = JsonSerializer.Deserialize<ImmutableArray<RouteEntry>>(
                await File.ReadAllBytesAsync(path, cancellationToken)
            );
            _routes = entries.ToImmutableSortedDictionary(e => e.Key, e => e, StringComparer.Ordinal);
        }

        var applied = await ChangeAsync(r => r, cancellationToken);
        // A removal that was cut short is planned again, if it is still wanted. INVARIANT: a process is only told to
        // stop when it is out of its route, so whatever still is in one can serve.
        foreach (var (backend, server) in applied.Ok ? await router.DrainingAsync(cancellationToken) : [])
        {
            await router.RestoreAsync(backend, server, cancellationToken);
        }

        return applied;
    }

    /// <summary>
    /// Sends a process no new requests, lets those under way end within the limit, and takes it out of its route. When
    /// that fails or is cancelled it serves on. <paramref name="withdrawn"/> is told as soon as it gets no new ones.
    /// </summary>
    public async Task<Result<Done>> DrainAsync(
        string key,
        string processId,
        TimeSpan limit,
        Action withdrawn,
        CancellationToken cancellationToken
    )
    {
        var done = false;
        try
        {
            var drained = await router.DrainAsync(
                key,
                processId,
                limit,
                cancellationToken,
                () =>
                {
                    _withdrawn.TryAdd(processId, 0);
                    withdrawn();
                }
            );
            if (!drained.Ok && drained.Problem is not NotFound)
            {
                return drained.Map(_ => default(Done));
            }

            var changed = await ChangeAsync(
                key,
                now => now is null ? null : now with { Servers = now.Servers.RemoveAll(s => s.ProcessId == processId) },
                cancellationToken
            );
            done = changed.Ok;
            return changed;
        }
        finally
        {
            // Before it may be asked again, so that nobody is told that it is not.
            _withdrawn.TryRemove(processId, out _);
            if (!done)
            {
                await router.RestoreAsync(key, processId, CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// Changes one route; the change gets what it is at that moment. Null when there is none, and leaves none.
    /// </summary>
    public Task<Result<Done>> ChangeAsync(
        string key,
        Func<RouteEntry?, RouteEntry?> change,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            routes =>
                change(routes.GetValueOrDefault(key)) is { } entry ? routes.SetItem(key, entry) : routes.Remove(key),
            cancellationToken
        );

    public Task<Result<Done>> RemoveAsync(Func<RouteEntry, bool> which, CancellationToken cancellationToken) =>
        ChangeAsync(
            routes => routes.RemoveRange(routes.Where(p => which(p.Value)).Select(p => p.Key)),
            cancellationToken
        );

    public void Dispose() => _gate.Dispose();

    private async Task<Result<Done>> ChangeAsync(
        Func<ImmutableSortedDictionary<string, RouteEntry>, ImmutableSortedDictionary<string, RouteEntry>> change,
        CancellationToken cancellationToken
    )
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var next = change(_routes);
            var certified = await CertifyAsync(next, cancellationToken);
            if (!certified.Ok)
            {
                return certified;
            }

            var applied = await router.ApplyAsync(Model(next), cancellationToken);
            if (applied.Ok)
            {
                _routes = next;
                await SaveAsync(next);
                hosts.Write(
                    next.Values.Where(r => r.Vip is not null)
                        .Select(r => KeyValuePair.Create(InternalName(r.App, r.Service), r.Vip!))
                );
            }

            return applied;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Where TLS is spoken, the certificate names every routed host before the router routes it.</summary>
    private async Task<Result<Done>> CertifyAsync(
        ImmutableSortedDictionary<string, RouteEntry> routes,
        CancellationToken cancellationToken
    )
    {
        if (listens.Tls.IsEmpty)
        {
            return Result.Done;
        }

        var names = RackCertificate.NamesFor(routes.Values.SelectMany(r => r.Hosts).Append("localhost"));
        return (await certificate.EnsureAsync(names, cancellationToken)).Map(_ => default(Done));
    }

    /// <summary>S28: how a service is called inside its rack.</summary>
    public static string InternalName(AppRef app, string service) => $"{service}.{app.App}.convox.local";

    private RouterModel Model(ImmutableSortedDictionary<string, RouteEntry> routes) =>
        new()
        {
            Binds = listens.Plain,
            TlsBinds = listens.Tls,
            Backends = [.. routes.Values.Select(Backend)],
        };

    private static RouterBackend Backend(RouteEntry r)
    {
        var http = r.Scheme is "http" or "https";
        return new RouterBackend
        {
            Key = r.Key,
            ServiceName = $"{r.Service}.{r.App.App}",
            Hosts = r.Hosts,
            Listen = r.Vip is null ? null : new RouterListen(r.Vip, r.Port, http ? RouterMode.Http : RouterMode.Tcp),
            CheckTimeoutSeconds = http
                ? r.Servers.Select(s => s.Health?.Timeout).Append(r.HealthTimeout).Max() is { } longest
                    ? Math.Max(1, longest)
                    : null
                : null,
            TimeoutSeconds = r.RouterTimeout,
            Servers =
            [
                .. r.Servers.Select(s => new RouterServer(s.ProcessId, s.Ip, s.Port)
                {
                    Tls = s.Tls,
                    HealthCheck =
                        http && s.Health is { } health
                            ? new RouterHealthCheck(health.Path, Math.Max(1, health.Interval))
                            : null,
                }),
            ],
        };
    }

    private async Task SaveAsync(ImmutableSortedDictionary<string, RouteEntry> routes)
    {
        var next = path + ".next";
        await File.WriteAllBytesAsync(
            next,
            JsonSerializer.SerializeToUtf8Bytes(routes.Values.ToImmutableArray()),
            CancellationToken.None
        );
        File.Move(next, path, overwrite: true);
    }
}
