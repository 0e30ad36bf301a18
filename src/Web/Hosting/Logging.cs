using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;

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
        var json = LogsOptions.Read(builder.Configuration).Json;
        ITextFormatter form = json
            ? new RenderedCompactJsonFormatter()
            : new MessageTemplateTextFormatter(Template, CultureInfo.InvariantCulture);
        var outage = new StoreOutage(TimeProvider.System);
        Log.Logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .Enrich.With<LineProperties>()
            .Filter.With(outage)
            .WriteTo.Console(form, LogEventLevel.Warning)
            .WriteTo.File(
                form,
                Path.Combine(dataDirectory, "server", json ? "palisade-.jsonl" : "palisade-.log"),
                LogEventLevel.Information,
                fileSizeLimitBytes: 32 << 20,
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: 14
            )
            .CreateLogger();
        builder.Services.AddSingleton(outage).AddHostedService<StoreOutageWatch>();
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
