using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Adds the built-in grain host.</summary>
public static class BuiltInGrainsServiceCollectionExtensions
{
    /// <summary>
    /// Hosts the grain classes found in these assemblies and gives <see cref="IGrainFactory"/>. Name the assemblies of the interfaces too,
    /// so that an interface without a class is an error at start. Register it before hosted services that call grains: it then stops last.
    /// </summary>
    public static IServiceCollection AddBuiltInGrains(
        this IServiceCollection services, BuiltInGrainOptions options, params Assembly[] grainAssemblies) =>
        services.AddBuiltInGrains(options, [.. grainAssemblies.Distinct().SelectMany(a => a.GetTypes())]);

    /// <summary>Hosts the grain classes among these types.</summary>
    public static IServiceCollection AddBuiltInGrains(
        this IServiceCollection services, BuiltInGrainOptions options, IReadOnlyCollection<Type> types)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddSingleton(provider => new GrainHost(
            provider,
            options,
            GrainCatalog.Build(types),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<GrainHost>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<GrainHost>());
        return services;
    }
}
