using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Palisade.Grains.Access;
using Palisade.Racks;
using Palisade.Silo.Hosting;
using Palisade.Silo.Jobs;
using Palisade.Storage;
using Palisade.Storage.Sqlite;

namespace Palisade.Grains.Tests.Hosting;

/// <summary>
/// One server without a web front: the real store in a folder, all grains, gate, recorder and job pump, on a rack in
/// memory.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings;
    private IHost _host = null!;

    private TestHost(Dictionary<string, string?> settings) => _settings = settings;

    public string Folder { get; } = Directory.CreateTempSubdirectory("palisade-grains-").FullName;

    public FakeRackProvider Rack { get; } = new();

    public ShiftedTime Time { get; } = new();

    public TestLog Log { get; } = new();

    public Overtaker Overtaker { get; } = new();

    public IStore Store => Get<IStore>();

    public IGrainFactory Grains => Get<IGrainFactory>();

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <param name="pump">Without it, jobs only pile up.</param>
    /// <param name="settings">Of the server's configuration: <c>Apps:KeepReleases</c>.</param>
    public static async Task<TestHost> StartAsync(bool pump = true, params (string Name, string Value)[] settings)
    {
        var host = new TestHost(settings.ToDictionary(s => s.Name, s => (string?)s.Value));
        host._host = await host.OpenAsync(pump);
        return host;
    }

    /// <summary>Stops it as a server stops, and opens the same folder again; the rack goes on.</summary>
    public async Task RestartAsync(bool pump = true)
    {
        await CloseAsync();
        _host = await OpenAsync(pump);
    }

    public async Task CloseAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<IHost> OpenAsync(bool pump)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddPalisadeSilo(new SiloOptions { DataDirectory = Folder, Pump = pump });
        var store = builder.Services.Single(s => s.ServiceType == typeof(IStore)).ImplementationFactory!;
        builder.Services.Replace(
            ServiceDescriptor.Singleton(services => OvertakenStore.Of((IStore)store(services), Overtaker))
        );
        builder.Services.RemoveAll<IRackProvider>().AddSingleton<IRackProvider>(Rack);
        builder
            .Services.RemoveAll<JobPumpOptions>()
            .AddSingleton(new JobPumpOptions { Heartbeat = TimeSpan.FromMilliseconds(50), MaxAttempts = 2 });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}

/// <summary>Keeps everything that was logged.</summary>
internal sealed class TestLog : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(Lines);

    public void Dispose() { }

    private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
    }
}
