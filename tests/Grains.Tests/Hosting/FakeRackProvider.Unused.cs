using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Racks;

namespace Palisade.Grains.Tests.Hosting;

/// <summary>What no test of grains asks for.</summary>
internal sealed partial class FakeRackProvider
{
    public Task<Result<IExecSession>> ExecAsync(
        AppRef app,
        string appId,
        string processId,
        ExecRequest request,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<Result<Stream>> ReadFilesAsync(
        AppRef app,
        string appId,
        string processId,
        string path,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<Result<Done>> WriteFilesAsync(
        AppRef app,
        string appId,
        string processId,
        Stream tar,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<Result<Stream>> ExportAsync(BuildExport export, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<Result<Stream>> ProxyAsync(
        RackRef rack,
        string host,
        int port,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public Task<ImmutableArray<ServiceEndpoint>> EndpointsAsync(
        AppRef app,
        string service,
        int? port,
        bool isInternal,
        ImmutableArray<string> domains,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(ImmutableArray<ServiceEndpoint>.Empty);

    public Task<ImmutableArray<RackInstance>> InstancesAsync(
        RackState rack,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(ImmutableArray<RackInstance>.Empty);

    public Task ShutdownAsync(RackState rack, CancellationToken cancellationToken = default) => Task.CompletedTask;
}
