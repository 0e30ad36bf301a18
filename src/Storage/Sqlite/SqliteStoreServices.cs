using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Palisade.Storage.Sqlite;

/// <summary>Composition of the embedded store.</summary>
public static class SqliteStoreServices
{
    /// <summary>
    /// Registers the store and each of its ports. It is opened when first asked for and closed with the container; a
    /// host that wants to fail early asks for <see cref="IStore"/> before it starts.
    /// </summary>
    public static IServiceCollection AddSqliteStore(
        this IServiceCollection services,
        Action<SqliteStoreOptions> configure
    )
    {
        services.AddOptions<SqliteStoreOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SqliteStoreOptions>, SqliteStoreOptionsValidator>();
        services.AddSingleton(provider =>
            SqliteStore.Open(
                provider.GetRequiredService<IOptions<SqliteStoreOptions>>().Value,
                provider.GetService<TimeProvider>() ?? TimeProvider.System,
                provider.GetRequiredService<ILoggerFactory>()
            )
        );
        services.AddSingleton<IStore>(provider => provider.GetRequiredService<SqliteStore>());
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Journal);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Audit);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Search);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Deliveries);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Views);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Jobs);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Tickets);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Objects);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Logs);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Usage);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Sealer);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Personal);
        return services.AddSingleton(provider => provider.GetRequiredService<IStore>().Changes);
    }

    private sealed class SqliteStoreOptionsValidator : IValidateOptions<SqliteStoreOptions>
    {
        public ValidateOptionsResult Validate(string? name, SqliteStoreOptions options) =>
            options switch
            {
                { DataDirectory: "" } => ValidateOptionsResult.Fail("Store:DataDirectory is required."),
                { Readers: < 1 or > 64 } => ValidateOptionsResult.Fail("Store:Readers is 1 to 64."),
                { LogSegmentBytes: < 64 << 10 } => ValidateOptionsResult.Fail(
                    "Store:LogSegmentBytes is at least 64 KiB."
                ),
                _ => ValidateOptionsResult.Success,
            };
    }
}
