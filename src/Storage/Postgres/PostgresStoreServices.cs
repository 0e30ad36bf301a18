using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Palisade.Storage.Postgres;

/// <summary>Composition of the store of a cluster.</summary>
public static class PostgresStoreServices
{
    /// <summary>Registers the store and each of its ports.</summary>
    public static IServiceCollection AddPostgresStore(
        this IServiceCollection services,
        Action<PostgresStoreOptions> configure
    )
    {
        services.AddOptions<PostgresStoreOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PostgresStoreOptions>, PostgresStoreOptionsValidator>();
        return services.AddStore(provider =>
            PostgresStore.Open(
                provider.GetRequiredService<IOptions<PostgresStoreOptions>>().Value,
                provider.GetRequiredService<ILoggerFactory>()
            )
        );
    }

    private sealed class PostgresStoreOptionsValidator : IValidateOptions<PostgresStoreOptions>
    {
        public ValidateOptionsResult Validate(string? name, PostgresStoreOptions options) =>
            options.Problem() is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }
}
