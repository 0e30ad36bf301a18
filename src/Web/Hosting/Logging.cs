using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Palisade.Web.Hosting;

/// <summary>
/// Log lines go to the console (warnings) and to a rolling file in the data folder. Audit is data and not here.
/// </summary>
internal static class Logging
{
    private const string Template =
        "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {RequestId} {SourceContext} {Message:lj}{NewLine}{Exception}";

    private static readonly (string Category, LogLevel Least)[] Least =
    [
        ("Microsoft", LogLevel.Warning),
        ("System", LogLevel.Warning),
        ("Orleans", LogLevel.Warning),
        // Orleans places a grain by a resilience pipeline of it, which tells of every grain that it places.
        ("Polly", LogLevel.Warning),
        // It would start an activity and a scope for each request; failures are logged by EdgeGuard.
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
        // Its threads race at the start, and it then warns of a stall as long as the machine has been up.
        ("Orleans.Runtime.Watchdog", LogLevel.Error),
    ];

    public static void Configure(WebApplicationBuilder builder, string dataDirectory)
    {
        Log.Logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .Enrich.With<RequestIdEnricher>()
            .WriteTo.Console(LogEventLevel.Warning, Template, CultureInfo.InvariantCulture)
            .WriteTo.File(
                Path.Combine(dataDirectory, "server", "palisade-.log"),
                LogEventLevel.Information,
                Template,
                CultureInfo.InvariantCulture,
                fileSizeLimitBytes: 32 << 20,
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: 14
            )
            .CreateLogger();
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(Log.Logger, dispose: false);
        // Asked before Serilog is. Of its own provider, since AddSerilog leaves a rule there that lets everything pass
        // and goes before general ones.
        foreach (var (category, least) in Least)
        {
            builder.Logging.AddFilter<SerilogLoggerProvider>(category, least);
        }
    }
}
