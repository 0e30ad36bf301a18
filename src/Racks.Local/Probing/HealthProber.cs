using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Palisade.Racks.Local.Probing;

/// <summary>
/// Palisade's own look at a process, beside the router's checks: the evidence that a release is healthy. No proxy, no
/// redirects, no cookies, a new connection per probe, at most 64 KiB of head read and nothing of the body.
/// </summary>
public sealed class HealthProber(TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 64,
            // The process's own certificate, over the rack's bridge: there is no name to verify it against.
#pragma warning disable CA5359
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
#pragma warning restore CA5359
        }
    );

    /// <summary>One probe now.</summary>
    public async Task<ProbeAnswer> ProbeAsync(HealthProbe probe, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(probe);
        using var limit = new CancellationTokenSource(probe.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return probe.Path is null ? await ConnectAsync(probe, both.Token) : await GetAsync(probe, both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var seconds = probe.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            return Answer(false, ProbeOutcome.TimedOut, $"timed out after {seconds} s");
        }
        catch (Exception e) when (e is SocketException or IOException or HttpRequestException)
        {
            return Failure(e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<ProbeAnswer> ConnectAsync(HealthProbe probe, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(probe.Target, ct);
        return Answer(true, ProbeOutcome.Answered, "connection accepted");
    }

    private async Task<ProbeAnswer> GetAsync(HealthProbe probe, CancellationToken ct)
    {
        var uri = new Uri($"{(probe.Tls ? "https" : "http")}://{probe.Target}{probe.Path}");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri)
        {
            Headers = { Host = probe.Host, ConnectionClose = true },
        };
        request.Headers.UserAgent.ParseAdd("Palisade-Health");
        using var response = await _http.SendAsync(request, ct);
        var status = (int)response.StatusCode;
        return Answer(status is >= 200 and <= 399, ProbeOutcome.Answered, $"status {status}");
    }

    private ProbeAnswer Failure(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => Answer(false, ProbeOutcome.Refused, ProbeAnswer.ConnectionRefused),
                    SocketError.HostUnreachable or SocketError.NetworkUnreachable => Answer(
                        false,
                        ProbeOutcome.Unreachable,
                        "address not reachable"
                    ),
                    SocketError.TimedOut => Answer(false, ProbeOutcome.Unreachable, "connection timed out"),
                    _ => Answer(false, ProbeOutcome.NoAnswer, "connection closed without an answer"),
                };
            }
        }

        return (e as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => Answer(false, ProbeOutcome.NoAnswer, "no TLS connection"),
            HttpRequestError.InvalidResponse => Answer(false, ProbeOutcome.NoAnswer, "the answer is not HTTP"),
            HttpRequestError.ConfigurationLimitExceeded => Answer(
                false,
                ProbeOutcome.NoAnswer,
                "the answer's head is too long"
            ),
            _ => Answer(false, ProbeOutcome.NoAnswer, "connection closed without an answer"),
        };
    }

    private ProbeAnswer Answer(bool healthy, ProbeOutcome outcome, string text) =>
        new(healthy, outcome, text, time.GetUtcNow());
}
