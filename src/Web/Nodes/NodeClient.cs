using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Storage;

namespace Palisade.Web.Nodes;

/// <summary>
/// Calls other nodes: HTTP/2 with mutual TLS, many calls on a connection. A node that is gone, stopped or cut off is
/// noticed by pings, whatever is under way.
/// </summary>
internal sealed class NodeClient(IStore store, NodeCertificates certificates) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly HttpRequestOptionsKey<Uri> Dialled = new("palisade.node");

    private readonly Lock _gate = new();
    private HttpMessageInvoker? _http;

    /// <summary>The node of a rack's machine. Problem: <c>rack.unreachable</c>.</summary>
    public async Task<Result<NodeTarget>> FindAsync(RackState rack, CancellationToken cancellationToken)
    {
        var node = await store.Jobs.FindNodeAsync(rack.Capability!, cancellationToken);
        return node switch
        {
            null => new Unavailable(
                "rack.unreachable",
                $"no node has the machine of rack {rack.Ref} at the moment: it has stopped or is cut off from the database"
            ),
            { Url: "" } => new Unavailable(
                "rack.unreachable",
                $"the machine of rack {rack.Ref} is not this one, and its node has no internal endpoint"
            )
            {
                Suggestion = "ask that node, or set Node:Port there",
            },
            _ => new NodeTarget(rack.Ref, rack.Capability!.Split(':')[^1], new Uri(node.Url)),
        };
    }

    /// <summary>
    /// Gives the answer once it begins. <paramref name="rest"/> sends what follows the head; it may go on for as long
    /// as the answer does.
    /// </summary>
    public async Task<Result<HttpResponseMessage>> SendAsync(
        NodeTarget node,
        NodeCall call,
        Func<Stream, CancellationToken, Task>? rest,
        CancellationToken cancellationToken
    )
    {
        await certificates.OpenAsync(cancellationToken);
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new UriBuilder(Uri.UriSchemeHttps, NodeCertificates.NameOf(node.Machine), node.Address.Port, "/").Uri
        )
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new NodeContent(NodeJson.Write(call), rest),
        };
        request.Options.Set(Dialled, node.Address);
        HttpResponseMessage answer;
        try
        {
            answer = await Http().SendAsync(request, cancellationToken);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or OperationCanceledException
                && !cancellationToken.IsCancellationRequested
            )
        {
            return node.Lost;
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            return await RefusalAsync(node, answer, cancellationToken);
        }
    }

    public void Dispose() => _http?.Dispose();

    private static async Task<Problem> RefusalAsync(
        NodeTarget node,
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return NodeJson.Read<NodeEnd>(await answer.Content.ReadAsByteArrayAsync(cancellationToken)).Problem
                ?? node.Lost;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException)
        {
            return node.Lost;
        }
    }

    private HttpMessageInvoker Http()
    {
        lock (_gate)
        {
            return _http ??= new HttpMessageInvoker(
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    UseProxy = false,
                    ActivityHeadersPropagator = null,
                    EnableMultipleHttp2Connections = true,
                    ConnectTimeout = Patience,
                    KeepAlivePingDelay = TimeSpan.FromSeconds(1),
                    KeepAlivePingTimeout = Patience,
                    KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
                    ConnectCallback = ConnectAsync,
                    SslOptions = new SslClientAuthenticationOptions
                    {
                        EnabledSslProtocols = SslProtocols.Tls13,
                        CertificateChainPolicy = certificates.Trust(),
                        LocalCertificateSelectionCallback = (_, _, _, _, _) => certificates.Own,
                    },
                }
            );
        }
    }

    // The name of a node is only in its certificate; where it is says the database.
    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        if (!context.InitialRequestMessage.Options.TryGetValue(Dialled, out var address))
        {
            throw new InvalidOperationException("A call names no node.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.IdnHost, address.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
