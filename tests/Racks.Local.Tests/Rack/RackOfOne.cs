using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Driver;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Rack;
using Palisade.Racks.Local.Tests.Router;

namespace Palisade.Racks.Local.Tests.Rack;

/// <summary>A provider with one real rack of its own, which ends with the test.</summary>
internal sealed class RackOfOne : IRackEvents, IIdSource, IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("plr-").FullName;

    private readonly RackState _rack = new()
    {
        Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)),
        Org = "acme",
        Name = "one",
        Provider = "local",
    };

    private RackOfOne(Action<LocalRackOptions>? change)
    {
        var options = new LocalRackOptions { Directory = _root, RouterPort = FreePort.Next() };
        change?.Invoke(options);
        Provider = new LocalRackProvider(options, this, this, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public LocalRackProvider Provider { get; }

    public RackFolder Folder => new(Path.Combine(_root, _rack.Id));

    /// <summary>What the rack told about itself.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public RackState Rack => _rack;

    public AppRef App => new(_rack.Ref, "shop");

    public static async Task<RackOfOne> StartAsync(Action<LocalRackOptions>? change = null)
    {
        var rack = new RackOfOne(change);
        var ready = await rack.Provider.EnsureRackAsync(rack._rack);
        Assert.True(ready.Ok, ready.Problem?.Text);
        return rack;
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.ShutdownAsync(_rack);
        await Provider.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    string IIdSource.Letters(char prefix) => prefix + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOP", 10);

    string IIdSource.Hex(int bytes) => RandomNumberGenerator.GetHexString(bytes * 2, lowercase: true);

    string IIdSource.Alphanumeric(int length) => RandomNumberGenerator.GetString("abcdefghij0123456789", length);

    ValueTask IRackEvents.LogAsync(
        AppRef app,
        string source,
        ImmutableArray<ProcessLogLine> lines,
        CancellationToken cancellationToken
    ) => default;

    ValueTask IRackEvents.LogAsync(RackRef rack, string text, CancellationToken cancellationToken)
    {
        Log.Enqueue(text);
        return default;
    }

    Task<string?> IRackEvents.LogCursorAsync(AppRef app, string source, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    Task<bool> IRackEvents.DriftAsync(AppRef app, string reason, CancellationToken cancellationToken) =>
        Task.FromResult(true);
}
