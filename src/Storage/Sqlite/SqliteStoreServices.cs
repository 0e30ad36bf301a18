using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Palisade.Storage.Sqlite;

/// <summary>Composition of the embedded store.</summary>
public static class SqliteStoreServices
{
    /// <summary>Registers the store and each of its ports.</summary>
    public static IServiceCollection AddSqliteStore(
        this IServiceCollection services,
        Action<SqliteStoreOptions> configure
    )
    {
        services.AddOptions<SqliteStoreOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SqliteStoreOptions>, SqliteStoreOptionsValidator>();
        return services.AddStore(provider =>
            SqliteStore.Open(
                provider.GetRequiredService<IOptions<SqliteStoreOptions>>().Value,
                provider.GetService<TimeProvider>() ?? TimeProvider.System,
                provider.GetRequiredService<ILoggerFactory>()
            )
        );
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
