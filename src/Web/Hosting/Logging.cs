using System.Globalization;
using Serilog;
using Serilog.Events;

namespace Palisade.Web.Hosting;

/// <summary>Log lines go to the console (warnings) and to a rolling file in the data folder. Audit is data and not here.</summary>
internal static class Logging
{
    private const string Template = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}";

    public static void Configure(WebApplicationBuilder builder, string dataDirectory)
    {
        Log.Logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Orleans", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .WriteTo.Console(LogEventLevel.Warning, Template, CultureInfo.InvariantCulture)
            .WriteTo.File(
                Path.Combine(dataDirectory, "server", "palisade-.log"), LogEventLevel.Information, Template, CultureInfo.InvariantCulture,
                fileSizeLimitBytes: 32 << 20, rollingInterval: RollingInterval.Day, rollOnFileSizeLimit: true, retainedFileCountLimit: 14)
            .CreateLogger();
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(Log.Logger, dispose: false);
        // Asked before Serilog is. The host's own log of requests would start an activity and a scope for each; failures are logged by EdgeGuard.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning).AddFilter("Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Its threads race at the start, and it then warns of a stall as long as the machine has been up.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
    }
}
