using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Web.Api;

namespace Palisade.Web.Tests.Fakes;

/// <summary>A rack with one process; exec sessions are handed to the test.</summary>
public sealed class FakeRack : IRackProvider, IProviders, IReleaseShapes
{
    public const string Process = "web-0123456789-abcde";

    private readonly Channel<FakeExec> _execs = Channel.CreateUnbounded<FakeExec>();

    public ConcurrentQueue<OneOffProcess> Runs { get; } = new();

    public string Kind => "local";

    public RackFeatures Features => RackFeatures.None;

    /// <summary>The session whose command names the program; others that nobody waited for are passed over.</summary>
    public async Task<FakeExec> ExecOfAsync(string program)
    {
        while (true)
        {
            var session = await _execs.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            if (session.Request.Command.Contains(program))
            {
                return session;
            }
        }
    }

    public Result<IRackProvider> Find(RackState rack) => this;

    public Result<IRackProvider> FindAny(RackState rack) => this;

    /// <summary>The engine does not answer.</summary>
    public bool Down { get; set; }

    public bool IsReady(RackRef rack) => true;

    public Task<RackHealth> ObserveRackAsync(RackState rack, CancellationToken cancellationToken = default) =>
        Down ? throw new HttpRequestException("refused") : Task.FromResult(LastSeen(rack));

    public RackHealth LastSeen(RackState rack) => new(true, null, "staging.acme.localhost:8080");

    public Task<ImmutableArray<ObservedProcess>> ProcessesAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    ) =>
        Down
            ? throw new HttpRequestException("refused")
            : Task.FromResult<ImmutableArray<ObservedProcess>>([
                new()
                {
                    Id = Process,
                    Service = "web",
                    Release = World.Release,
                    Status = ProcessStatus.Running,
                    Cpu = 0.5,
                    Memory = 64,
                    Started = World.Time,
                },
            ]);

    public Task<Result<ObservedProcess>> RunAsync(OneOffProcess process, CancellationToken cancellationToken = default)
    {
        Runs.Enqueue(process);
        return Task.FromResult<Result<ObservedProcess>>(
            new ObservedProcess
            {
                Id = process.ProcessId,
                Service = process.Service.Name,
                Release = World.Release,
                Status = ProcessStatus.Pending,
            }
        );
    }

    public Task<Result<Done>> StopAsync(
        AppRef app,
        string appId,
        string processId,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(Result.Done);

    public Task<Result<IExecSession>> ExecAsync(
        AppRef app,
        string appId,
        string processId,
        ExecRequest request,
        CancellationToken cancellationToken = default
    )
    {
        var session = new FakeExec(processId, request);
        _execs.Writer.TryWrite(session);
        return Task.FromResult(Result.Of<IExecSession>(session));
    }

    public Task<Result<Stream>> ReadFilesAsync(
        AppRef app,
        string appId,
        string processId,
        string path,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(Result.Of<Stream>(new MemoryStream("tar"u8.ToArray())));

    /// <summary>What becomes of files that are written.</summary>
    public Func<Stream, CancellationToken, Task<Result<Done>>> Writing { get; set; } =
        async (tar, cancellationToken) =>
        {
            await tar.CopyToAsync(Stream.Null, cancellationToken);
            return Result.Done;
        };

    public Task<Result<Done>> WriteFilesAsync(
        AppRef app,
        string appId,
        string processId,
        Stream tar,
        CancellationToken cancellationToken = default
    ) => Writing(tar, cancellationToken);

    public Task<Result<Stream>> ProxyAsync(
        RackRef rack,
        string host,
        int port,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(Result.Fail<Stream>(new Unavailable("proxy.refused", "nothing listens there")));

    public Task<ImmutableArray<ServiceEndpoint>> EndpointsAsync(
        AppRef app,
        string service,
        int? port,
        bool isInternal,
        ImmutableArray<string> domains,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult<ImmutableArray<ServiceEndpoint>>([
            new($"{service}.{app.App}.staging.acme.localhost", 8080, false, isInternal),
        ]);

    public Task<ImmutableArray<RackInstance>> InstancesAsync(
        RackState rack,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult<ImmutableArray<RackInstance>>([
            new()
            {
                Id = "host",
                Status = "running",
                PrivateIp = "127.0.0.1",
                Started = World.Time,
                Processes = 1,
                CpuCapacity = 2,
                MemoryCapacity = 4096,
            },
        ]);

    public Task<Result<ImmutableArray<DesiredService>>> ServicesAsync(
        AppView app,
        string release,
        RackFeatures features,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            Result.Of<ImmutableArray<DesiredService>>([
                new()
                {
                    Name = "web",
                    Release = release,
                    Image = "image",
                    Environment = new(ImmutableSortedDictionary<string, string>.Empty.Add("A", "1")),
                    Port = 3000,
                    Health = new("/", 5, 4, 5),
                    Count = 2,
                    Cpu = 256,
                    Memory = 512,
                    SpecHash = "x",
                },
            ])
        );

    public Task<Result<Done>> EnsureRackAsync(RackState rack, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<AppObservation> ObserveAsync(DesiredApp desired, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Plan Plan(DesiredApp desired, AppObservation observed) => throw new NotSupportedException();

    public RolloutProgress Assess(DesiredApp desired, AppObservation observed) => throw new NotSupportedException();

    public Task<Result<Done>> ApplyAsync(
        DesiredApp desired,
        PlanStep step,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task WaitForChangeAsync(AppRef app, TimeSpan atMost, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task WaitForChangeAsync(RackRef rack, TimeSpan atMost, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<Result<Done>> DeleteAppAsync(AppRef app, string appId, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<Result<ImmutableArray<string>>> BuildsAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<Result<Done>> RemoveBuildAsync(
        AppRef app,
        string appId,
        string buildId,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<Result<LeftImages>> RemoveLeftImagesAsync(
        RackRef rack,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<Result<BuildOutput>> ImportAsync(
        BuildInput input,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    /// <summary>What an export gives.</summary>
    public Func<Result<Stream>> Exported { get; set; } = () => throw new NotSupportedException();

    public Task<Result<Stream>> ExportAsync(BuildExport export, CancellationToken cancellationToken = default) =>
        Task.FromResult(Exported());

    public Task<Result<BuildOutput>> BuildAsync(
        BuildInput input,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task ShutdownAsync(RackState rack, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}

/// <summary>A command that the test plays: what it prints, what it reads, how it ends.</summary>
public sealed class FakeExec(string process, ExecRequest request) : IExecSession
{
    private readonly Channel<byte[]> _output = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<byte[]> _input = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _rest = [];
    private int _code;

    public string Process => process;

    public ExecRequest Request => request;

    /// <summary>The command was ended by the server.</summary>
    public Task Disposed => _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public void Print(params byte[] bytes) => _output.Writer.TryWrite(bytes);

    public void Exit(int code)
    {
        _code = code;
        _output.Writer.TryComplete();
    }

    /// <summary>All that the client sent until its end of stream.</summary>
    public async Task<byte[]> InputToEndAsync()
    {
        var all = new List<byte>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var part in _input.Reader.ReadAllAsync(patience.Token))
        {
            all.AddRange(part);
        }

        return [.. all];
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.Length == 0)
        {
            if (!await _output.Reader.WaitToReadAsync(cancellationToken) || !_output.Reader.TryRead(out _rest!))
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest.AsSpan(0, count).CopyTo(buffer.Span);
        _rest = _rest[count..];
        return count;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        _input.Writer.WriteAsync(data.ToArray(), cancellationToken);

    /// <summary>Sizes that its terminal got after its first.</summary>
    public ConcurrentQueue<(int Width, int Height)> Sizes { get; } = new();

    public ValueTask ResizeAsync(int width, int height, CancellationToken cancellationToken = default)
    {
        Sizes.Enqueue((width, height));
        return ValueTask.CompletedTask;
    }

    public ValueTask CloseInputAsync(CancellationToken cancellationToken = default)
    {
        _input.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public Task<int> ExitCodeAsync(CancellationToken cancellationToken = default) => Task.FromResult(_code);

    public ValueTask DisposeAsync()
    {
        _disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
