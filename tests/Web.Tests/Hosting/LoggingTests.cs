using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Grains;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.Hosting;

public sealed class LoggingTests : IDisposable
{
    private const string Canary = "canary-logs-5d20c7a1e9";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("palisade-log-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("Palisade.Silo.Jobs.JobPump", LogLevel.Information)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)]
    [InlineData("Orleans.Runtime.Catalog", LogLevel.Warning)]
    [InlineData("Orleans.Runtime.Watchdog", LogLevel.Error)]
    [InlineData("Polly", LogLevel.Warning)]
    public async Task Each_category_is_heard_from_its_level_on_and_not_asked_below(string category, LogLevel least)
    {
        await LinesAsync(
            "text",
            loggers =>
            {
                var logger = loggers.CreateLogger(category);
                var heard = Enum.GetValues<LogLevel>().Where(l => l != LogLevel.None && logger.IsEnabled(l));

                Assert.Equal(Enum.GetValues<LogLevel>().Where(l => l != LogLevel.None && l >= least), heard);
            }
        );
    }

    [Fact]
    public async Task A_line_names_the_request_that_it_is_about()
    {
        var lines = await LinesAsync("text", InsideAndOutside);

        Assert.EndsWith(" INF 0123456789ab Palisade.Test inside", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" INF  Palisade.Test outside", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_in_json_has_its_time_level_message_properties_request_trace_and_span()
    {
        using var span = new Activity("a request").Start();
        var lines = await LinesAsync(
            "JSON",
            loggers =>
            {
                InsideAndOutside(loggers);
                loggers
                    .CreateLogger("Palisade.Test")
                    .LogWarning(new InvalidOperationException("broke"), "app {App} failed", "shop");
            }
        );

        var (inside, outside, failed) = (Json(lines[0]), Json(lines[1]), Json(lines[2]));
        Assert.Equal("0123456789ab", inside.GetProperty("RequestId").GetString());
        Assert.False(outside.TryGetProperty("RequestId", out _));
        Assert.True(failed.GetProperty("@t").TryGetDateTime(out _));
        Assert.Equal("Warning", failed.GetProperty("@l").GetString());
        Assert.Equal("app \"shop\" failed", failed.GetProperty("@m").GetString());
        Assert.Contains("broke", failed.GetProperty("@x").GetString(), StringComparison.Ordinal);
        Assert.Equal("shop", failed.GetProperty("App").GetString());
        Assert.Equal("Palisade.Test", failed.GetProperty("SourceContext").GetString());
        Assert.Equal(span.TraceId.ToHexString(), failed.GetProperty("@tr").GetString());
        Assert.Equal(span.SpanId.ToHexString(), failed.GetProperty("@sp").GetString());
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task S10_no_line_holds_what_is_sensitive_or_what_a_scope_of_a_framework_says(string format)
    {
        var secret = new Sensitive<string>(Canary);
        var lines = await LinesAsync(
            format,
            loggers =>
            {
                var logger = loggers.CreateLogger("Palisade.Test");
                using var path = logger.BeginScope(new Dictionary<string, object> { ["RequestPath"] = Canary });
                using var text = logger.BeginScope("invite {Token}", Canary);
                logger.LogWarning("plain {Secret}", secret);
                logger.LogWarning("taken apart {@Secret}", secret);
                logger.LogWarning("within {@Holder}", new { Secret = secret });
                logger.LogWarning("among {@Many}", [new[] { secret }]);
            }
        );

        Assert.Equal(4, lines.Length);
        Assert.DoesNotContain(lines, line => line.Contains(Canary, StringComparison.Ordinal));
        Assert.Contains("[redacted]", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_that_nobody_knows_is_named()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Logging.Configure(Builder("xml"), ""));

        Assert.Equal("Logs:Format must be text or json, not 'xml'.", refused.Message);
    }

    private static void InsideAndOutside(ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("Palisade.Test");
        Task.Run(() =>
            {
                Correlation.Begin("0123456789ab");
                logger.LogInformation("inside");
            })
            .GetAwaiter()
            .GetResult();
        logger.LogInformation("outside");
    }

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;

    private static WebApplicationBuilder Builder(string format)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Logs:Format"] = format;
        return builder;
    }

    /// <summary>The lines of the one file that this leaves.</summary>
    private async Task<string[]> LinesAsync(string format, Action<ILoggerFactory> act)
    {
        var builder = Builder(format);
        Logging.Configure(builder, _folder.FullName);
        await using (var app = builder.Build())
        {
            act(app.Services.GetRequiredService<ILoggerFactory>());
        }

        await Serilog.Log.CloseAndFlushAsync();
        var files = _folder.GetFiles("palisade-*", SearchOption.AllDirectories);
        return files.Length == 0 ? [] : await File.ReadAllLinesAsync(files.Single().FullName);
    }
}
