using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Palisade.Runtime.Tests;

/// <summary>A grain host over the given grain classes.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public TestHost(BuiltInGrainOptions? options, TimeProvider? time, Action<IServiceCollection>? configure, params Type[] types)
    {
        var services = new ServiceCollection();
        services.AddSingleton(Journal);
        services.AddSingleton(Gates);
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        configure?.Invoke(services);
        services.AddBuiltInGrains(options ?? new BuiltInGrainOptions(), types);
        _services = services.BuildServiceProvider();
        Host = _services.GetRequiredService<GrainHost>();
    }

    public TestHost(params Type[] types)
        : this(null, null, null, types)
    {
    }

    public Journal Journal { get; } = new();

    public Gates Gates { get; } = new();

    public GrainHost Host { get; }

    public T Get<T>(string key)
        where T : IGrainWithStringKey => Host.GetGrain<T>(key);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
