using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Palisade.Silo.Telemetry;

/// <summary>
/// Where traces and figures go, by OpenTelemetry's own variables (specification, "Environment Variables").
/// Nothing is measured, and nothing listens, unless one of them is set.
/// </summary>
public sealed record TelemetryOptions
{
    private const string OtlpKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string HostKey = "OTEL_EXPORTER_PROMETHEUS_HOST";
    private const string PortKey = "OTEL_EXPORTER_PROMETHEUS_PORT";

    /// <summary>A collector takes traces and figures; the SDK reads its address, headers and protocol.</summary>
    public bool Otlp { get; init; }

    /// <summary>Prometheus reads figures here, at <c>/metrics</c>.</summary>
    public Uri? Prometheus { get; init; }

    public bool Any => Otlp || Prometheus is not null;

    /// <exception cref="OptionsValidationException">A variable is wrong; the message names it.</exception>
    public static TelemetryOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return new();
        }

        var endpoint = configuration[OtlpKey] ?? "";
        if (
            endpoint.Length > 0
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var collector) && collector.Scheme is "http" or "https")
        )
        {
            throw Bad($"{OtlpKey} is a URL such as http://collector:4318");
        }

        return new() { Otlp = endpoint.Length > 0, Prometheus = ReadPrometheus(configuration) };
    }

    private static Uri? ReadPrometheus(IConfiguration configuration)
    {
        var port = configuration[PortKey] ?? "";
        if (port.Length == 0)
        {
            return null;
        }

        if (
            !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > 65535
        )
        {
            throw Bad($"{PortKey} is a port, 1 to 65535");
        }

        var host = configuration[HostKey] is { Length: > 0 } given ? given : "127.0.0.1";
        return Uri.CheckHostName(host) == UriHostNameType.Unknown
            ? throw Bad($"{HostKey} is an address of this machine, such as 127.0.0.1")
            : new UriBuilder(Uri.UriSchemeHttp, host, number).Uri;
    }

    private static OptionsValidationException Bad(string message) =>
        new(nameof(TelemetryOptions), typeof(TelemetryOptions), [message]);
}
