using System.Globalization;
using Palisade.Racks;
using Palisade.Silo.Hosting;
using Palisade.Silo.Racks;
using Palisade.Silo.Telemetry;
using Palisade.Storage;
using Palisade.Web.FirstRun;
using Palisade.Web.Nodes;
using Palisade.Web.Pages;
using Serilog;

namespace Palisade.Web.Hosting;

/// <summary>One process with everything: web front, grains, jobs, local racks, on the embedded default.</summary>
public static class PalisadeServer
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (ServerOptions.Parse(args) is not { Options: { } options } parsed)
        {
            await System.Console.Error.WriteLineAsync($"palisade: {ServerOptions.Parse(args).Problem}");
            return 2;
        }

        try
        {
            Directory.CreateDirectory(
                options.DataDirectory,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
            await using var app = Build(options);
            // Opened before anything listens: a folder that can't be used is said at once.
            app.Services.GetRequiredService<IStore>();
            if (app.Services.GetRequiredService<SiloOptions>().Postgres)
            {
                DataFolder.MarkPostgres(options.DataDirectory);
            }

            if (options.StopApps)
            {
                return await StopAppsAsync(app.Services);
            }

            if (
                await app.Services.GetRequiredService<BindGuard>().RefusalAsync(options, CancellationToken.None) is
                { } refusal
            )
            {
                await System.Console.Error.WriteLineAsync($"palisade: {refusal}");
                return 1;
            }

            await app.Services.GetRequiredService<FirstRunSetup>().CheckAsync(options, CancellationToken.None);
            await ServeAsync(app, options);
            return 0;
        }
        catch (OperationCanceledException)
        {
            // Told to stop while it was starting.
            return 1;
        }
        catch (Exception e) when (StartProblems.Of(e, options) is { } problem)
        {
            await System.Console.Error.WriteLineAsync($"palisade: {problem}");
            return 1;
        }
        finally
        {
            await Log.CloseAndFlushAsync();
        }
    }

    private static async Task ServeAsync(WebApplication app, ServerOptions options)
    {
        try
        {
            await app.StartAsync();
            await app.Services.GetRequiredService<FirstRunSetup>().RunAsync(options, app.Lifetime.ApplicationStopping);
            app.Services.GetRequiredService<Readiness>().FirstRunDone = true;
            await Banner.PrintAsync(options);
            await app.WaitForShutdownAsync();
        }
        catch
        {
            // A start that fails leaves what it has started; nobody is to be answered by services that are disposed of.
            await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>The whole application, not started.</summary>
    public static WebApplication Build(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // The working directory is wherever the command was typed; nothing is read from there.
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        Logging.Configure(builder, options.DataDirectory);
        var postgres = builder.Configuration["Postgres:ConnectionString"] is { Length: > 0 };
        DataFolder.Check(options.DataDirectory, postgres);
        var node = NodeOptions.Read(builder.Configuration);
        builder.Services.AddPalisadeSilo(
            new SiloOptions
            {
                DataDirectory = options.DataDirectory,
                RouterPort = options.RouterPort,
                RouterTlsPort = options.RouterTlsPort,
                Postgres = postgres,
                Pump = options.Pump && node.Jobs && !options.StopApps,
                Racks = node.Racks,
            }
        );
        if (!options.StopApps)
        {
            builder.Services.AddPalisadeTelemetry(
                TelemetryOptions.Read(builder.Configuration),
                $"{Environment.MachineName}:{options.HttpsPort.ToString(CultureInfo.InvariantCulture)}"
            );
        }

        builder.Services.AddSingleton<Readiness>().AddSingleton<IReadiness>(s => s.GetRequiredService<Readiness>());
        builder.Services.AddSingleton<IHostLifetime, DrainingLifetime>();
        builder.Services.AddSingleton(FirstRunOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<FirstRunSetup>().AddSingleton<BindGuard>();
        builder.AddPalisadeWeb(web =>
            (web.DataFolder, web.HttpsPort, web.Bind) = (options.DataDirectory, options.HttpsPort, options.Bind)
        );
        if (postgres)
        {
            builder.Services.AddPalisadeNodes(listens: node.Port > 0);
        }

        builder.Services.AddPalisadePages();
        var app = builder.Build();
        app.UsePalisadeEdge();
        if (node.Http)
        {
            app.MapPalisadePages();
            app.MapPalisadeApi();
        }
        else
        {
            HealthApi.Map(app);
        }

        return app;
    }

    private static async Task<int> StopAppsAsync(IServiceProvider services)
    {
        foreach (
            var rack in await RackStartup.RacksAsync(services.GetRequiredService<IStore>(), CancellationToken.None)
        )
        {
            if (services.GetServices<IRackProvider>().FirstOrDefault(p => p.Kind == rack.Provider) is { } provider)
            {
                await provider.ShutdownAsync(rack);
                await System.Console.Out.WriteLineAsync(
                    $"Ended the apps, router and container service of rack {rack.Ref}."
                );
            }
        }

        return 0;
    }
}
