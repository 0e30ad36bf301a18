using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;

namespace Palisade.Racks;

/// <summary>
/// A rack as it runs: what requests see of it and do there. Its machine may be another node's, to which calls are then
/// relayed.
/// </summary>
public interface ILiveRack
{
    /// <summary>What of convox.yml it can run; the rest is refused before anything is touched.</summary>
    RackFeatures Features { get; }

    Task<RackHealth> ObserveRackAsync(RackState rack, CancellationToken cancellationToken = default);

    Task<ImmutableArray<ObservedProcess>> ProcessesAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Starts a one-off process under the given id. A second call with the same id finds the first one's.
    /// </summary>
    Task<Result<ObservedProcess>> RunAsync(OneOffProcess process, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops and removes one process of the app by its id; a scaled one is replaced by the next convergence.
    /// </summary>
    Task<Result<Done>> StopAsync(
        AppRef app,
        string appId,
        string processId,
        CancellationToken cancellationToken = default
    );

    /// <summary>Opens a command in a running process. Disposing the session ends the command (S29).</summary>
    Task<Result<IExecSession>> ExecAsync(
        AppRef app,
        string appId,
        string processId,
        ExecRequest request,
        CancellationToken cancellationToken = default
    );

    /// <summary>A plain tar of the path inside the process, names beginning with the path.</summary>
    Task<Result<Stream>> ReadFilesAsync(
        AppRef app,
        string appId,
        string processId,
        string path,
        CancellationToken cancellationToken = default
    );

    /// <summary>Extracts a plain tar at <c>/</c> inside the process.</summary>
    Task<Result<Done>> WriteFilesAsync(
        AppRef app,
        string appId,
        string processId,
        Stream tar,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Opens a TCP connection from the rack's network to one of its services or resources; anything else is refused
    /// (S29).
    /// </summary>
    Task<Result<Stream>> ProxyAsync(RackRef rack, string host, int port, CancellationToken cancellationToken = default);

    /// <summary>
    /// A build with its images as a <see cref="BuildArchive"/>. The stream is the caller's to dispose.
    /// </summary>
    Task<Result<Stream>> ExportAsync(BuildExport export, CancellationToken cancellationToken = default);

    /// <summary>Where a service answers: routed host names with ports, or its internal name.</summary>
    Task<ImmutableArray<ServiceEndpoint>> EndpointsAsync(
        AppRef app,
        string service,
        int? port,
        bool isInternal,
        ImmutableArray<string> domains,
        CancellationToken cancellationToken = default
    );

    Task<ImmutableArray<RackInstance>> InstancesAsync(RackState rack, CancellationToken cancellationToken = default);

    /// <summary>Completes when something about the app may have changed, or after the given time.</summary>
    Task WaitForChangeAsync(AppRef app, TimeSpan atMost, CancellationToken cancellationToken = default);

    /// <summary>
    /// Completes when something about the rack or any app on it may have changed, or after the given time.
    /// </summary>
    Task WaitForChangeAsync(RackRef rack, TimeSpan atMost, CancellationToken cancellationToken = default);
}

/// <param name="Problem">What is wrong for a person, null when all is well.</param>
/// <param name="Domain">The router's domain, with port where it is not 443 or 80.</param>
public sealed record RackHealth(bool Healthy, string? Problem, string Domain)
{
    /// <summary>Since when the node that looks after it has seen it so; null: not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it was looked at last; null: not yet.</summary>
    public DateTimeOffset? LookedAt { get; init; }
}

public sealed record OneOffProcess
{
    public required AppRef App { get; init; }
    public required string AppId { get; init; }
    public required string ProcessId { get; init; }
    public required DesiredService Service { get; init; }

    /// <summary>
    /// Words to run; <c>sleep N</c> keeps an idle process for at most N seconds without needing a sleep in the image.
    /// </summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The process is ended after this time, whatever it does.</summary>
    public required TimeSpan Lifetime { get; init; }
    public int? Cpu { get; init; }
    public int? Memory { get; init; }
}

public sealed record ExecRequest
{
    public required ImmutableArray<string> Command { get; init; }
    public bool Tty { get; init; } = true;
    public int Height { get; init; } = 24;
    public int Width { get; init; } = 80;

    /// <summary>
    /// A one-off process that was started for this command: it is stopped with it, whatever ends that. Others stay.
    /// </summary>
    public bool EndsProcess { get; init; }
}

/// <summary>A running command with its streams.</summary>
public interface IExecSession : IAsyncDisposable
{
    /// <summary>Output bytes, stdout and stderr in order of arrival; 0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default);

    /// <summary>Its terminal has another size now. Nothing for a command without one, or that has ended.</summary>
    ValueTask ResizeAsync(int width, int height, CancellationToken cancellationToken = default);

    /// <summary>Tells the command that no input follows.</summary>
    ValueTask CloseInputAsync(CancellationToken cancellationToken = default);

    /// <summary>After the end of output.</summary>
    Task<int> ExitCodeAsync(CancellationToken cancellationToken = default);
}

/// <param name="Head">What goes into the archive beside the images.</param>
/// <param name="Images">Service to image reference.</param>
public sealed record BuildExport(AppRef App, BuildArchiveHead Head, ImmutableSortedDictionary<string, string> Images);

/// <param name="Host">Name, without port.</param>
/// <param name="Port">Where the client connects.</param>
public sealed record ServiceEndpoint(string Host, int Port, bool Tls, bool Internal);

public sealed record RackInstance
{
    public required string Id { get; init; }
    public required string Status { get; init; }
    public required string PrivateIp { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required int Processes { get; init; }

    /// <summary>Cores and MiB.</summary>
    public double Cpu { get; init; }
    public double CpuCapacity { get; init; }
    public double Memory { get; init; }
    public double MemoryCapacity { get; init; }
}
