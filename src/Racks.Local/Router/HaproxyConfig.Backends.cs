using System.Globalization;
using System.Text;

namespace Palisade.Racks.Local.Router;

/// <summary>Backends with their servers and private addresses.</summary>
public static partial class HaproxyConfig
{
    /// <summary>
    /// Everything after a server's address, the same in the file and for <c>add server</c> (which knows no
    /// <c>default-server</c>). Processes of two releases may speak and be asked differently.
    /// </summary>
    internal static string ServerOptions(RouterBackend backend, RouterServer server)
    {
        // COMPAT: a server that is added at run time is not checked over TLS unless that is said too.
        var tls = server.Tls ? "ssl verify none alpn http/1.1 check-ssl " : "";
        return $"{tls}{(IsChecked(backend, server) ? CheckOptions(server) : "")}weight 1 pool-purge-delay 1s";
    }

    /// <summary>
    /// COMPAT: one that has no health check among those that have cannot be checked by connection only: its backend's
    /// check is an HTTP request.
    /// </summary>
    internal static bool IsChecked(RouterBackend backend, RouterServer server) =>
        backend.CheckTimeoutSeconds is null || server.HealthCheck is not null;

    // Failed connections bring the next check forward and no more: those of one burst time out all at once, and to take
    // a busy process out for them would leave its service with none.
    private static string CheckOptions(RouterServer server)
    {
        var interval = server.HealthCheck?.IntervalSeconds ?? 5;
        var quick = Math.Min(interval, 2);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"check inter {interval}s fastinter {quick}s downinter {quick}s rise 1 fall 3 observe layer4 error-limit 3 "
                + $"on-error fastinter "
        );
    }

    private static void PrivateFrontend(StringBuilder config, RouterBackend backend)
    {
        if (backend.Listen is not { } listen)
        {
            return;
        }

        var tcp = listen.Mode == RouterMode.Tcp;
        config.Append(
            CultureInfo.InvariantCulture,
            $"""

            frontend v-{backend.Key}
                bind {EndPoint(listen.Address, listen.Port)}
                mode {(tcp ? "tcp" : "http")}
                timeout client {(tcp ? Math.Max(backend.TimeoutSeconds, 3_600) : backend.TimeoutSeconds)}s

            """
        );
        if (!tcp)
        {
            Forwarded(config);
        }

        config.Append(CultureInfo.InvariantCulture, $"    default_backend {BackendName(backend.Key)}\n");
    }

    private static void Backend(StringBuilder config, RouterBackend backend, bool withServers)
    {
        var tcp = backend.Listen?.Mode == RouterMode.Tcp;
        config.Append(
            CultureInfo.InvariantCulture,
            $"""

            # {backend.ServiceName}
            backend {BackendName(backend.Key)}
                mode {(tcp ? "tcp" : "http")}
                balance roundrobin
                timeout server {(tcp ? Math.Max(backend.TimeoutSeconds, 3_600) : backend.TimeoutSeconds)}s
                timeout tunnel {Math.Max(backend.TimeoutSeconds, 3_600)}s
                timeout check {backend.CheckTimeoutSeconds ?? 4}s

            """
        );
        if (!tcp)
        {
            // A request that may have had an effect is sent once; a connection that never opened may always be tried
            // again.
            config.Append(
                CultureInfo.InvariantCulture,
                $$"""
                    retry-on conn-failure empty-response
                    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
                    http-error status 503 {{Text}} "The service {{backend.ServiceName}} has no healthy process at the moment.\n"

                """
            );
        }

        if (backend.CheckTimeoutSeconds is not null)
        {
            // Each server is asked for the path of its own release.
            var host = backend.Hosts.IsEmpty ? "localhost" : backend.Hosts[0];
            config.Append(
                CultureInfo.InvariantCulture,
                $$"""
                    option httpchk
                    http-check set-var(check.server) srv_name
                    http-check set-var(check.path) be_name,concat(/,check.server),map_str({{RouterFolder.CheckMapFile}},/)
                    http-check send meth GET uri-lf "%[var(check.path)]" ver HTTP/1.1 hdr Host {{host}} hdr User-Agent Palisade-Health hdr Connection close
                    http-check expect status 200-399

                """
            );
        }

        foreach (
            var server in withServers
                ? backend.Servers.OrderBy(server => server.Name, StringComparer.Ordinal).ToArray()
                : []
        )
        {
            config.Append(
                CultureInfo.InvariantCulture,
                $"    server {server.Name} {EndPoint(server.Address, server.Port)} {ServerOptions(backend, server)}{(server.Draining ? " disabled" : "")}\n"
            );
        }
    }
}
