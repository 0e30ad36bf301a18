using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Grains;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.Hosting;

public sealed class LoggingTests
{
    [Theory]
    [InlineData("Palisade.Silo.Jobs.JobPump", LogLevel.Information)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)]
    [InlineData("Orleans.Runtime.Catalog", LogLevel.Warning)]
    [InlineData("Orleans.Runtime.Watchdog", LogLevel.Error)]
    [InlineData("Polly", LogLevel.Warning)]
    public async Task Each_category_is_heard_from_its_level_on_and_not_asked_below(string category, LogLevel least)
    {
        var folder = Directory.CreateTempSubdirectory("palisade-log-");
        var builder = WebApplication.CreateSlimBuilder();
        Logging.Configure(builder, folder.FullName);
        await using var app = builder.Build();

        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
        var heard = Enum.GetValues<LogLevel>().Where(level => level != LogLevel.None && logger.IsEnabled(level));

        Assert.Equal(Enum.GetValues<LogLevel>().Where(level => level != LogLevel.None && level >= least), heard);
        await Serilog.Log.CloseAndFlushAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_line_names_the_request_that_it_is_about()
    {
        var folder = Directory.CreateTempSubdirectory("palisade-log-");
        var builder = WebApplication.CreateSlimBuilder();
        Logging.Configure(builder, folder.FullName);
        await using var app = builder.Build();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Palisade.Test");

        await Task.Run(() =>
        {
            Correlation.Begin("0123456789ab");
            logger.LogInformation("inside");
        });
        logger.LogInformation("outside");
        await Serilog.Log.CloseAndFlushAsync();

        var lines = await File.ReadAllLinesAsync(
            Directory.GetFiles(folder.FullName, "*.log", SearchOption.AllDirectories).Single()
        );
        Assert.EndsWith(" INF 0123456789ab Palisade.Test inside", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" INF  Palisade.Test outside", lines[1], StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }
}
