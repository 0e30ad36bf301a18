using Microsoft.Extensions.DependencyInjection;

namespace Palisade.Storage;

/// <summary>Composition of what every store brings.</summary>
internal static class StorePorts
{
    /// <summary>
    /// Registers the store and each of its ports. It is opened when first asked for and closed with the container; a
    /// host that wants to fail early asks for <see cref="IStore"/> before it starts.
    /// </summary>
    public static IServiceCollection AddStore<TStore>(
        this IServiceCollection services,
        Func<IServiceProvider, TStore> open
    )
        where TStore : class, IStore
    {
        services.AddSingleton(open);
        services.AddSingleton<IStore>(provider => provider.GetRequiredService<TStore>());
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Journal);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Audit);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Search);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Deliveries);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Views);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Jobs);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Tickets);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Looks);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Objects);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Logs);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Usage);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Attempts);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Sealer);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Personal);
        return services.AddSingleton(provider => provider.GetRequiredService<IStore>().Changes);
    }
}
