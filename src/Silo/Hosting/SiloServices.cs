using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Grains;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Grains.Audit;
using Palisade.Grains.Audit.Sinks;
using Palisade.Grains.Builds;
using Palisade.Grains.Installation;
using Palisade.Grains.Jobs;
using Palisade.Grains.Journaling;
using Palisade.Grains.Keys;
using Palisade.Grains.Orgs;
using Palisade.Grains.Outgoing;
using Palisade.Grains.Racks;
using Palisade.Grains.Users;
using Palisade.Racks;
using Palisade.Racks.Local.Rack;
using Palisade.Silo.Audit;
using Palisade.Silo.Backups;
using Palisade.Silo.Jobs;
using Palisade.Silo.Outgoing;
using Palisade.Silo.Racks;
using Palisade.Storage;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Postgres;
using Palisade.Storage.Sqlite;

namespace Palisade.Silo.Hosting;

/// <summary>Composes one process: a store (SQLite by default), grains, job pump, local racks.</summary>
public static class SiloServices
{
    public static IServiceCollection AddPalisadeSilo(this IServiceCollection services, SiloOptions options) =>
        services.AddPalisadeGrains(options).AddRacks(options).AddJobs(options);

    /// <summary>The store and the grains on it, without racks and jobs.</summary>
    public static IServiceCollection AddPalisadeGrains(this IServiceCollection services, SiloOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options);
        services.AddStore(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<NodeOptions>().BindConfiguration(NodeOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<NodeOptions>, NodeOptionsValidation>();
        services.AddSingleton(s =>
            NodeIdentities.ForFolder(options.DataDirectory) with
            {
                HasRacks = options.Racks,
                Url = s.GetRequiredService<IOptions<NodeOptions>>().Value.Url,
            }
        );
        services.AddLoneSilo();
        services.AddSingleton<IIdSource, CryptoIds>();
        services.AddSingleton<IRecorder, Recorder>();
        services.AddSingleton<Policies>().AddSingleton<AccessQueries>();
        services.AddSingleton<DeployKeys>();
        services.AddSingleton<KeyMeter>();
        services.AddSingleton<IGate, Gate>();
        services.AddSingleton<GrainServices>();
        services.AddOptions<AppLimits>().BindConfiguration(AppLimits.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AppLimits>, AppLimitsValidation>();
        services.AddSingleton<AppEnvironments>();
        services.AddSingleton<ReleaseLoader>();
        services.AddSingleton<People>();
        services.AddSingleton<PasswordWork>();
        services.AddSingleton<PasswordAttempts>();
        services.AddSingleton<KnownBrowsers>();
        services.AddSingleton<PasswordStep>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<AuditFacts>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<LogSealer>();
        services.AddOptions<SinkOptions>().BindConfiguration(SinkOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SinkOptions>, SinkOptionsValidation>();
        services.AddSingleton<SinkSecrets>();
        services.AddSingleton<SinkReader>();
        services.AddSingleton(new SinkFolder(Path.Combine(options.DataDirectory, "sinks")));
        services.AddSingleton<ISinkTransport, WebhookTransport>();
        services.AddSingleton<ISinkTransport, FileTransport>();
        services.AddSingleton<SinkTransports>();
        services.AddSingleton<SinkTrial>();
        services.AddSingleton<InviteTokens>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<MemberResets>();
        services.AddSingleton<LogIndexer>();
        services.AddSingleton<LogRetention>();
        services.AddSingleton<LogExport>();
        services.AddSingleton<ActorNames>();
        services.AddSingleton<InstallationFacts>();
        services.AddSingleton<IOutgoingNetworks>(sp => sp.GetRequiredService<InstallationFacts>());
        services.TryAddSingleton<IHostResolver, SystemResolver>();
        services.AddSingleton<IOutgoing, OutgoingHttp>();
        return services;
    }

    private static IServiceCollection AddStore(this IServiceCollection services, SiloOptions options)
    {
        var events = EventCatalog.From(typeof(IDomainEvent).Assembly);
        services.AddSingleton(events);
        if (!options.Postgres)
        {
            return services.AddSqliteStore(o => (o.DataDirectory, o.Events) = (options.DataDirectory, events));
        }

        services.AddOptions<PostgresStoreOptions>().BindConfiguration(PostgresStoreOptions.SectionName);
        services.AddPostgresStore(o =>
        {
            o.KeepBelow(options.DataDirectory);
            o.Events = events;
        });
        // What a request or a job takes for now is the same on every node, whatever its own clock says.
        return services.AddSingleton(s => s.GetRequiredService<PostgresStore>().Clock);
    }

    private static IServiceCollection AddRacks(this IServiceCollection services, SiloOptions options)
    {
        services
            .AddOptions<LocalRackOptions>()
            .BindConfiguration(LocalRackOptions.SectionName)
            .Configure(local =>
            {
                local.Directory = Path.Combine(options.DataDirectory, "racks");
                local.RouterPort = options.RouterPort;
                local.RouterTlsPort = options.RouterTlsPort;
                local.EngineSocket = options.EngineSocket;
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<LocalRackOptions>, LocalRackOptionsValidation>();
        services.AddSingleton(s => s.GetRequiredService<IOptions<LocalRackOptions>>().Value);
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<AppLogs>(s, s.GetRequiredService<IStore>().Logs));
        services.AddSingleton<IRackEvents, RackEvents>();
        services.AddSingleton<IRackProvider, LocalRackProvider>();
        services.AddSingleton<IProviders, Providers>();
        if (options.Racks)
        {
            services.AddHostedService<RackStartup>();
        }

        return services;
    }

    private static IServiceCollection AddJobs(this IServiceCollection services, SiloOptions options)
    {
        services.AddSingleton<IJobHandler, ConvergeJob>();
        services.AddSingleton<IJobHandler, BuildJob>();
        services.AddSingleton<IJobHandler, PruneJob>();
        services.AddSingleton<SourceSweep>();
        services.AddSingleton<LogSweep>();
        services.AddSingleton<ImageSweep>();
        services.AddSingleton<IJobHandler, RackJob>();
        services.AddSingleton<IBackupFolder, BackupFolder>();
        services.AddSingleton<IJobHandler, BackupJob>();
        services.AddSingleton<IJobHandler, AuditJob>();
        services.AddSingleton<IJobHandler, SinkJob>();
        services.AddSingleton<IJobHandler, ErasureJob>();
        services.AddHostedService<AuditStartup>();
        services.AddSingleton(new JobPumpOptions());
        if (options.Pump)
        {
            services.AddHostedService<JobPump>();
        }

        services.AddHostedService<Upkeep>();
        return services;
    }
}
