using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Palisade.Racks.Local.Probing;

/// <summary>
/// Palisade's own look at a process, beside the router's checks: the evidence that a release is healthy. No proxy, no redirects, no
/// cookies, a new connection per probe, at most 64 KiB of head read and nothing of the body.
/// </summary>
public sealed class HealthProber(TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 64,
#pragma warning disable CA5359 // The process's own certificate, over the rack's bridge: there is no name to verify it against.
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
    });

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

    /// <summary>
    /// Probes until the process is healthy (<see cref="HealthProbe.HealthyThreshold"/>) or <paramref name="limit"/> has passed; the last
    /// answer is the reason when it is not.
    /// </summary>
    public async Task<ProbeVerdict> UntilHealthyAsync(HealthProbe probe, TimeSpan limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(probe);
        var start = time.GetTimestamp();
        var (good, count) = (0, 0);
        while (true)
        {
            var begun = time.GetTimestamp();
            var answer = await ProbeAsync(probe, ct);
            count++;
            good = answer.Healthy ? good + 1 : 0;
            if (good >= probe.HealthyThreshold)
            {
                return new ProbeVerdict(true, answer, count);
            }

            // Quick while it starts; at its own interval once it has had the time to.
            var pause = good == 0 && time.GetElapsedTime(start) < probe.Grace + probe.Interval ? probe.StartInterval : probe.Interval;
            pause -= time.GetElapsedTime(begun);
            if (time.GetElapsedTime(start) + pause >= limit)
            {
                return new ProbeVerdict(false, answer, count);
            }

            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, time, ct);
        }
    }

    /// <summary>
    /// Probes for as long as it is asked and gives a verdict each time it changes: first when the process becomes healthy or, after the
    /// grace, has failed <see cref="HealthProbe.UnhealthyThreshold"/> times in a row.
    /// </summary>
    public async IAsyncEnumerable<ProbeVerdict> WatchAsync(HealthProbe probe, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(probe);
        var start = time.GetTimestamp();
        var (good, bad, count) = (0, 0, 0);
        bool? healthy = null;
        while (true)
        {
            var begun = time.GetTimestamp();
            var answer = await ProbeAsync(probe, ct);
            count++;
            var counts = healthy is not null || time.GetElapsedTime(start) >= probe.Grace;
            (good, bad) = answer.Healthy ? (good + 1, 0) : (0, counts ? bad + 1 : 0);
            bool? now = good >= probe.HealthyThreshold ? true : bad >= probe.UnhealthyThreshold ? false : healthy;
            if (now is { } verdict && now != healthy)
            {
                healthy = now;
                yield return new ProbeVerdict(verdict, answer, count);
            }

            var pause = (counts ? probe.Interval : probe.StartInterval) - time.GetElapsedTime(begun);
            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, time, ct);
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
                    SocketError.ConnectionRefused => Answer(false, ProbeOutcome.Refused, "connection refused"),
                    SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
                        Answer(false, ProbeOutcome.Unreachable, "address not reachable"),
                    SocketError.TimedOut => Answer(false, ProbeOutcome.Unreachable, "connection timed out"),
                    _ => Answer(false, ProbeOutcome.NoAnswer, "connection closed without an answer"),
                };
            }
        }

        return (e as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => Answer(false, ProbeOutcome.NoAnswer, "no TLS connection"),
            HttpRequestError.InvalidResponse => Answer(false, ProbeOutcome.NoAnswer, "the answer is not HTTP"),
            HttpRequestError.ConfigurationLimitExceeded => Answer(false, ProbeOutcome.NoAnswer, "the answer's head is too long"),
            _ => Answer(false, ProbeOutcome.NoAnswer, "connection closed without an answer"),
        };
    }

    private ProbeAnswer Answer(bool healthy, ProbeOutcome outcome, string text) => new(healthy, outcome, text, time.GetUtcNow());
}
