using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Palisade.Driver;

/// <summary>
/// A receiver of webhooks on loopback, as somebody else would write it from the specification
/// (standardwebhooks.com): it keeps what is signed well, answers as it is told, and can die and come back.
/// </summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    /// <summary>Never answers.</summary>
    public const int Hang = 0;

    private const int MaxTries = 5;

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly ConcurrentQueue<WebhookDelivery> _kept = new();
    private HttpListener? _listener;
    private Task _loop = Task.CompletedTask;

    private WebhookReceiver() { }

    public int Port { get; } = FreePort.Next();

    public Uri Url => new($"http://127.0.0.1:{Port}/audit?token=in-the-url");

    /// <summary>Bytes of the secrets that it trusts.</summary>
    public ConcurrentDictionary<string, byte[]> Secrets { get; } = new();

    /// <summary>The status of each answer; by default 204.</summary>
    public Func<WebhookDelivery, int> Answer { get; set; } = static _ => 204;

    /// <summary>The clock that signatures' times are held against.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>What was signed well, in the order of its arrival, whatever was answered.</summary>
    public IReadOnlyCollection<WebhookDelivery> Kept => _kept;

    /// <summary>Requests that no trusted secret had signed.</summary>
    public int Forged => _forged;

    /// <summary>Where each answer points to; null for nowhere.</summary>
    public Uri? Location { get; set; }

    private readonly TaskCompletionSource _trusts = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _forged;

    /// <summary>
    /// Trusts a secret as it is shown: <c>whsec_…</c>. Until the first one, requests wait: a sink delivers as soon as
    /// it is made, which may be before whoever made it has read its secret.
    /// </summary>
    public void Trust(string secret)
    {
        Secrets[secret] = Convert.FromBase64String(secret["whsec_".Length..]);
        _trusts.TrySetResult();
    }

    /// <summary>One that listens.</summary>
    public static WebhookReceiver Open()
    {
        for (var tries = 1; ; tries++)
        {
            var receiver = new WebhookReceiver();
            try
            {
                receiver.ComeBack();
                return receiver;
            }
            catch (HttpListenerException) when (tries < MaxTries)
            {
                // Somebody else took the port first.
            }
        }
    }

    /// <summary>Listens again, on the same port.</summary>
    public void ComeBack()
    {
        var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        listener.Start();
        _listener = listener;
        _loop = AcceptAsync(listener);
    }

    /// <summary>Nobody listens any more.</summary>
    public async Task DieAsync()
    {
        _listener?.Close();
        _listener = null;
        _trusts.TrySetResult();
        await _loop;
    }

    public async ValueTask DisposeAsync() => await DieAsync();

    private async Task AcceptAsync(HttpListener listener)
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await listener.GetContextAsync()));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            await _trusts.Task;
            var delivery = new WebhookDelivery(
                context.Request.Headers["webhook-id"] ?? "",
                context.Request.Headers["webhook-timestamp"] ?? "",
                context.Request.Headers["webhook-signature"] ?? "",
                body.ToArray()
            );
            var status = 401;
            if (IsSigned(delivery))
            {
                _kept.Enqueue(delivery);
                status = Answer(delivery);
            }
            else
            {
                Interlocked.Increment(ref _forged);
            }

            if (status != Hang)
            {
                context.Response.StatusCode = status;
                context.Response.RedirectLocation = Location?.ToString();
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The sender left, or the receiver died.
        }
    }

    private bool IsSigned(WebhookDelivery delivery)
    {
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(delivery.Timestamp, CultureInfo.InvariantCulture));
        var content = Encoding.UTF8.GetBytes($"{delivery.Id}.{delivery.Timestamp}.").Concat(delivery.Body).ToArray();
        return (Time.GetUtcNow() - sent).Duration() < Tolerance
            && Secrets.Values.Any(secret =>
            {
                using var hmac = new HMACSHA256(secret);
                var expected = hmac.ComputeHash(content);
                return delivery
                    .Signatures.Split(' ')
                    .Where(part => part.StartsWith("v1,", StringComparison.Ordinal))
                    .Any(part =>
                        CryptographicOperations.FixedTimeEquals(expected, Convert.FromBase64String(part[3..]))
                    );
            });
    }
}

/// <param name="Signatures">The header as it came.</param>
public sealed record WebhookDelivery(string Id, string Timestamp, string Signatures, byte[] Body)
{
    public JsonElement Data => JsonElement.Parse(Body).GetProperty("data");

    public string Type => JsonElement.Parse(Body).GetProperty("type").GetString()!;

    public string Checkpoint => Data.GetProperty("checkpoint").GetString()!;

    /// <summary>Index and hash of each record.</summary>
    public IEnumerable<(long Index, byte[] Hash)> Records =>
        Data.GetProperty("records")
            .EnumerateArray()
            .Select(record =>
                (record.GetProperty("index").GetInt64(), Convert.FromHexString(record.GetProperty("hash").GetString()!))
            );
}
