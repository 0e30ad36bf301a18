using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;
using Palisade.Racks;
using Palisade.Storage.Logs;
using Palisade.Web.Streams;

namespace Palisade.Web.Nodes;

/// <summary>
/// A rack whose machine is another node's, for one request. What can't be told as a problem is thrown as
/// <see cref="NodeCallException"/>.
/// </summary>
internal sealed class RelayedRack(
    NodeClient client,
    NodeTarget node,
    WatchedRights rights,
    RackRef rack,
    RackFeatures features
) : ILiveRack, ILogReader
{
    public RackFeatures Features => features;

    public Task<RackHealth> ObserveRackAsync(RackState state, CancellationToken cancellationToken = default) =>
        GetAsync<RackHealth>(new RackAct.Observe(), cancellationToken);

    public Task<ImmutableArray<ObservedProcess>> ProcessesAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    ) => GetAsync<ImmutableArray<ObservedProcess>>(new RackAct.Processes(app, appId), cancellationToken);

    public Task<ImmutableArray<RackInstance>> InstancesAsync(
        RackState state,
        CancellationToken cancellationToken = default
    ) => GetAsync<ImmutableArray<RackInstance>>(new RackAct.Instances(), cancellationToken);

    public Task<ImmutableArray<ServiceEndpoint>> EndpointsAsync(
        AppRef app,
        string service,
        int? port,
        bool isInternal,
        ImmutableArray<string> domains,
        CancellationToken cancellationToken = default
    ) =>
        GetAsync<ImmutableArray<ServiceEndpoint>>(
            new RackAct.Endpoints(app, service, port, isInternal, domains),
            cancellationToken
        );

    public Task WaitForChangeAsync(AppRef app, TimeSpan atMost, CancellationToken cancellationToken = default) =>
        GetAsync<Done>(new RackAct.Wait(app, atMost), cancellationToken);

    public Task WaitForChangeAsync(RackRef of, TimeSpan atMost, CancellationToken cancellationToken = default) =>
        GetAsync<Done>(new RackAct.Wait(null, atMost), cancellationToken);

    public Task<Result<ObservedProcess>> RunAsync(
        OneOffProcess process,
        CancellationToken cancellationToken = default
    ) => CallAsync<ObservedProcess>(new RackAct.Run(process), null, cancellationToken);

    public Task<Result<Done>> StopAsync(
        AppRef app,
        string appId,
        string processId,
        CancellationToken cancellationToken = default
    ) => CallAsync<Done>(new RackAct.Stop(app, appId, processId), null, cancellationToken);

    public async Task<Result<IExecSession>> ExecAsync(
        AppRef app,
        string appId,
        string processId,
        ExecRequest request,
        CancellationToken cancellationToken = default
    ) =>
        (await OpenAsync(new RackAct.Exec(app, appId, processId, request), new NodeInput(), cancellationToken)).Map(
            static IExecSession (stream) => new NodeSession(stream)
        );

    public async Task<Result<Stream>> ReadFilesAsync(
        AppRef app,
        string appId,
        string processId,
        string path,
        CancellationToken cancellationToken = default
    ) =>
        (await OpenAsync(new RackAct.ReadFiles(app, appId, processId, path), null, cancellationToken)).Map(
            static Stream (stream) => stream
        );

    public Task<Result<Done>> WriteFilesAsync(
        AppRef app,
        string appId,
        string processId,
        Stream tar,
        CancellationToken cancellationToken = default
    ) => CallAsync<Done>(new RackAct.WriteFiles(app, appId, processId), tar.CopyToAsync, cancellationToken);

    public async Task<Result<Stream>> ProxyAsync(
        RackRef of,
        string host,
        int port,
        CancellationToken cancellationToken = default
    ) =>
        (await OpenAsync(new RackAct.Proxy(host, port), new NodeInput(), cancellationToken)).Map(
            static Stream (stream) => stream
        );

    public async Task<Result<Stream>> ExportAsync(BuildExport export, CancellationToken cancellationToken = default) =>
        (await OpenAsync(new RackAct.Export(export), null, cancellationToken)).Map(static Stream (stream) => stream);

    public async IAsyncEnumerable<LogLine> ReadAsync(
        string log,
        LogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var opened = await OpenAsync(new RackAct.Logs(log, query), null, cancellationToken);
        if (!opened.TryGet(out var stream, out var problem))
        {
            throw new NodeCallException(problem);
        }

        using var lines = new StreamReader(stream);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return NodeJson.Read<LogLine>(System.Text.Encoding.UTF8.GetBytes(line));
        }
    }

    private async Task<T> GetAsync<T>(RackAct act, CancellationToken cancellationToken) =>
        (await CallAsync<T>(act, null, cancellationToken)).TryGet(out var value, out var problem)
            ? value
            : throw new NodeCallException(problem);

    private async Task<Result<T>> CallAsync<T>(
        RackAct act,
        Func<Stream, CancellationToken, Task>? rest,
        CancellationToken cancellationToken
    )
    {
        var answered = await client.SendAsync(node, NodeCall.Of(rights, rack, act), rest, cancellationToken);
        if (!answered.TryGet(out var answer, out var problem))
        {
            return Result.Fail<T>(problem);
        }

        using (answer)
        {
            try
            {
                return NodeJson.Read<T>(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return node.Lost;
            }
        }
    }

    private Task<Result<NodeStream>> OpenAsync(RackAct act, NodeInput? input, CancellationToken cancellationToken) =>
        NodeStream.OpenAsync(client, node, NodeCall.Of(rights, rack, act), input, cancellationToken);
}
