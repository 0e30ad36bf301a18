using System.Net;
using System.Net.Sockets;
using Palisade.Domain.Kernel;
using Palisade.Domain.Outgoing;
using Palisade.Grains.Outgoing;

namespace Palisade.Silo.Outgoing;

/// <inheritdoc cref="IOutgoing"/>
/// <remarks>
/// The name is resolved by us when a connection is made, what it resolves to is judged, and the connection goes to
/// exactly those addresses: a name that resolves to something else a moment later gains nothing. Each request has a
/// connection of its own, so that none outlives what allowed it.
/// </remarks>
public sealed class OutgoingHttp(
    IOutgoingNetworks networks,
    IHostResolver resolver,
    TimeProvider time,
    ILogger<OutgoingHttp> logger
) : IOutgoing, IDisposable
{
    private const int MaxHeadersKilobytes = 16;

    private HttpMessageInvoker? _invoker;

    public async Task<Result<OutgoingAnswer>> SendAsync(
        OutgoingRequest request,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var check = OutgoingTargets.Check(request.Url);
        if (!check.TryGet(out var url, out var problem))
        {
            return Result.Fail<OutgoingAnswer>(problem);
        }

        using var limit = new CancellationTokenSource(request.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var message = MessageOf(request, url);
            using var answer = await Invoker().SendAsync(message, either.Token);
            return await ReadAsync(answer, url, request.MaxAnswerBytes, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unreachable(url, "it did not answer in time");
        }
        catch (HttpRequestException e) when (Find<TargetRefusedException>(e) is not null)
        {
            logger.LogRefused(url.Host);
            return NoTarget(url);
        }
        // A socket that is reset just after it was connected is told as itself.
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            logger.LogUnreachable(url.Host, e.Message);
            return Unreachable(url, "no connection, or one that broke");
        }
    }

    public void Dispose() => _invoker?.Dispose();

    private HttpMessageInvoker Invoker() =>
        LazyInitializer.EnsureInitialized(
            ref _invoker,
            () =>
                new HttpMessageInvoker(
                    new SocketsHttpHandler
                    {
                        AllowAutoRedirect = false,
                        UseCookies = false,
                        UseProxy = false,
                        AutomaticDecompression = DecompressionMethods.None,
                        MaxResponseHeadersLength = MaxHeadersKilobytes,
                        PooledConnectionLifetime = TimeSpan.Zero,
                        ConnectCallback = ConnectAsync,
                    }
                )
        );

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await resolver.ResolveAsync(host, cancellationToken);
        var allowed = await networks.AllowedAsync(cancellationToken);

        // SECURITY: one bad address refuses the name: whoever controls it would otherwise choose which one is tried.
        var plain = context.InitialRequestMessage.RequestUri!.Scheme != Uri.UriSchemeHttps;
        if (
            addresses.Length == 0
            || !addresses.All(a => OutgoingTargets.IsAllowed(a, allowed) || (!plain && OutgoingTargets.IsPublic(a)))
        )
        {
            throw new TargetRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static HttpRequestMessage MessageOf(OutgoingRequest request, Uri url)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), url);
        message.Headers.ConnectionClose = true;
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
        }

        foreach (var (name, value) in request.Headers)
        {
            if (
                !message.Headers.TryAddWithoutValidation(name, value)
                && message.Content?.Headers.TryAddWithoutValidation(name, value) != true
            )
            {
                throw new ArgumentException($"The header {name} can't be sent.", nameof(request));
            }
        }

        return message;
    }

    private static async Task<Result<OutgoingAnswer>> ReadAsync(
        HttpResponseMessage answer,
        Uri url,
        int maxBytes,
        CancellationToken cancellationToken
    )
    {
        var status = (int)answer.StatusCode;
        if (status is >= 300 and < 400)
        {
            return new Unavailable(
                "outgoing.redirected",
                $"{Printable.Of(url.Host)} answered with a redirect, which is not followed"
            )
            {
                Suggestion = "give the URL that it leads to",
            };
        }

        if (maxBytes == 0)
        {
            return new OutgoingAnswer(status, default);
        }

        // One byte more shows that there is more.
        var body = new byte[maxBytes + 1];
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var length = await content.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return length > maxBytes
            ? new Unavailable(
                "outgoing.too_large",
                $"{Printable.Of(url.Host)} answered with more than {maxBytes} bytes"
            )
            : new OutgoingAnswer(status, body.AsMemory(0, length));
    }

    private static TException? Find<TException>(Exception? exception)
        where TException : Exception
    {
        while (exception is not null and not TException)
        {
            exception = exception.InnerException;
        }

        return exception as TException;
    }

    // SECURITY: the same for a name that is unknown and one that leads inside: names of a private network can't be
    // probed for.
    private static Forbidden NoTarget(Uri url) =>
        new("outgoing.no_target", $"{Printable.Of(url.Host)} leads to no address that this installation sends to")
        {
            Suggestion = "use a public https address, or have the operator allow its network",
        };

    private static Unavailable Unreachable(Uri url, string why) =>
        new("outgoing.unreachable", $"{Printable.Of(url.Host)} could not be reached: {why}");

    private sealed class TargetRefusedException : Exception;
}
