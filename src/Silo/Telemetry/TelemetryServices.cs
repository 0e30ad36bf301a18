using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Hosting;
using Palisade.Grains;
using Palisade.Storage;

namespace Palisade.Silo.Telemetry;

/// <summary>
/// Traces and figures by OpenTelemetry: request, grain, journal, job and step of a rack in one trace.
/// </summary>
public static class TelemetryServices
{
    private static readonly string[] Sources =
    [
        StoreTelemetry.Name,
        GrainTelemetry.Name,
        JobTelemetry.Name,
        // Calls of grains.
        "Microsoft.Orleans.Application",
    ];

    private static readonly string[] Meters =
    [
        StoreTelemetry.Name,
        GrainTelemetry.Name,
        JobTelemetry.Name,
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.Orleans",
        "System.Runtime",
    ];

    public static IServiceCollection AddPalisadeTelemetry(
        this IServiceCollection services,
        TelemetryOptions options,
        string instance
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Any)
        {
            return services;
        }

        var version = typeof(TelemetryServices).Assembly.GetName().Version?.ToString(3);
        var telemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("palisade", serviceVersion: version, serviceInstanceId: instance))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters);
                if (options.Otlp)
                {
                    metrics.AddOtlpExporter();
                }

                if (options.Prometheus is { } address)
                {
                    metrics.AddPrometheusHttpListener(o => (o.Host, o.Port) = (address.Host, address.Port));
                }
            });
        if (!options.Otlp)
        {
            return services;
        }

        services.AddOrleans(silo => silo.AddActivityPropagation());
        // SECURITY: traces and figures, and no logs, which UseOtlpExporter would send too: Orleans' warnings name
        // grains.
        telemetry.WithTracing(tracing =>
            tracing
                .AddAspNetCoreInstrumentation(o => o.EnrichWithHttpResponse = NameByRoute)
                .AddSource(Sources)
                .AddProcessor<GrainIdsStayHere>()
                .AddOtlpExporter()
        );
        return services;
    }

    private static readonly string[] Personal =
    [
        "client.address",
        "network.peer.address",
        "network.peer.port",
        "user_agent.original",
    ];

    // SECURITY: a path may hold what only its bearer should know (an invite's token), and a query whatever a client put
    // there: a span has the route's pattern instead. Who asked is in the records, where it can be erased (S30).
    private static void NameByRoute(Activity span, HttpResponse response)
    {
        span.SetTag("url.path", span.GetTagItem("http.route") ?? "/");
        span.SetTag("url.query", null);
        foreach (var tag in Personal)
        {
            span.SetTag(tag, null);
        }
    }
}
