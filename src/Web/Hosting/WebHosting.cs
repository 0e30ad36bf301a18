using System.Net;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Palisade.Storage;
using Palisade.Web.Api;
using Palisade.Web.Auth;
using Palisade.Web.Console;
using Palisade.Web.Console.Audit;
using Palisade.Web.Console.Keys;
using Palisade.Web.Streams;

namespace Palisade.Web.Hosting;

/// <summary>
/// Puts the web front into a host. The composition provides <c>IStore</c>, <c>IGrainFactory</c>, <c>IGate</c>,
/// <c>IRecorder</c>, <c>Policies</c>, <c>IProviders</c>, <c>ReleaseLoader</c>, <c>People</c>, <c>DeployKeys</c>,
/// <c>IIdSource</c> and <see cref="IReadiness"/>.
/// </summary>
public static class WebHosting
{
    /// <summary>Requests under way and open sockets have this long when the server stops.</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    public static WebApplicationBuilder AddPalisadeWeb(
        this WebApplicationBuilder builder,
        Action<WebOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var options = services.AddOptions<WebOptions>().BindConfiguration(WebOptions.SectionName).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddSingleton<IValidateOptions<WebOptions>, WebOptionsValidation>();
        services.AddRouting();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = StopWithin);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(sp => sp.GetRequiredService<IStore>().Journal);
        services.TryAddSingleton(sp => sp.GetRequiredService<IStore>().Views);
        services.TryAddSingleton(sp => sp.GetRequiredService<IStore>().Tickets);
        services.TryAddSingleton(sp => sp.GetRequiredService<IStore>().Objects);
        services.TryAddSingleton(sp => sp.GetRequiredService<IStore>().Changes);
        services.TryAddSingleton(sp => sp.GetRequiredService<IStore>().Logs);
        services.TryAddSingleton<IReleaseShapes, ReleaseShapes>();
        services.TryAddSingleton<IDirectory, PrincipalDirectory>();
        services.AddSingleton<HostList>().AddSingleton<PlainHttpSniffer>();
        services.AddSingleton<SignInThrottle>().AddSingleton<RequestRates>();
        services.AddSingleton<Freshness>().AddSingleton<Authenticator>();
        services
            .AddSingleton<Pipeline>()
            .AddSingleton<Records>()
            .AddSingleton<KeyHistory>()
            .AddSingleton<KeyDeedsReader>()
            .AddSingleton<SinkStatusReader>()
            .AddSingleton<ArchiveCheck>()
            .AddSingleton<RackView>()
            .AddSingleton<OwnProcess>()
            .AddSingleton<OneOffs>()
            .AddSingleton<EnvironmentReads>();
        services.AddSingleton<StreamSlots>().AddSingleton<RightsWatch>().AddSingleton<StreamPipeline>();
        services.AddConsoleDocument();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>();
        return builder;
    }

    /// <summary>
    /// Guards every request (id, host, path, origin, headers). Before authentication, routing and static files.
    /// </summary>
    public static IApplicationBuilder UsePalisadeEdge(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var proxies = app.ApplicationServices.GetRequiredService<IOptions<WebOptions>>().Value.Proxies;
        return (proxies.Count == 0 ? app : app.UseForwardedHeaders(Behind(proxies))).UseMiddleware<EdgeGuard>();
    }

    // SECURITY: the last address only, which is the one that the load balancer itself has seen.
    private static ForwardedHeadersOptions Behind(IEnumerable<string> proxies)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor,
            ForwardLimit = 1,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownProxies.Add(IPAddress.Parse(proxy));
        }

        return options;
    }

    /// <summary>Maps the wire API, the console API and the health paths.</summary>
    public static IEndpointRouteBuilder MapPalisadeApi(this IEndpointRouteBuilder routes)
    {
        HealthApi.Map(routes);
        AuthApi.Map(routes);
        RacksApi.Map(routes);
        SystemApi.Map(routes);
        AppsApi.Map(routes);
        ObjectsApi.Map(routes);
        BuildsApi.Map(routes);
        BuildArchivesApi.Map(routes);
        ReleasesApi.Map(routes);
        ProcessesApi.Map(routes);
        RunApi.Map(routes);
        ExecApi.Map(routes);
        FilesApi.Map(routes);
        ServicesApi.Map(routes);
        LogsApi.Map(routes);
        ResourcesApi.Map(routes);
        RackExtrasApi.Map(routes);
        ConsoleApi.Map(routes);
        return routes;
    }

    /// <summary>Listens with TLS on one port, and nowhere else.</summary>
    private sealed class KestrelSetup(IOptions<WebOptions> web, PlainHttpSniffer sniffer, TimeProvider time)
        : IConfigureOptions<KestrelServerOptions>
    {
        public void Configure(KestrelServerOptions kestrel)
        {
            var options = web.Value;
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;

            // COMPAT: options travel in headers as raw UTF-8; Latin-1 keeps every byte.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 100;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel.Limits.MaxConcurrentUpgradedConnections = 5_000;
            kestrel.Listen(
                IPAddress.Parse(options.Bind),
                options.HttpsPort,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    listen.Use(next => connection => sniffer.OnConnectionAsync(connection, next));
                    listen.UseHttps(https =>
                    {
                        (https.ServerCertificate, https.ServerCertificateChain) = options.CertificateFile is { } file
                            ? ServerCertificate.LoadGiven(file)
                            : (
                                ServerCertificate.LoadOrCreate(
                                    Path.Combine(options.DataFolder, "tls"),
                                    options.Hosts,
                                    time
                                ),
                                null
                            );
                        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                        https.HandshakeTimeout = TimeSpan.FromSeconds(10);
                    });
                }
            );
        }
    }
}
