using System.Collections.Concurrent;
using System.Net;

namespace Palisade.Driver;

/// <summary>A collector on loopback that takes OTLP as protobuf over HTTP and keeps every byte.</summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = new();
    private readonly Task _loop;

    private OtlpCollector(int port)
    {
        Endpoint = new Uri($"http://127.0.0.1:{port}");
        _listener.Prefixes.Add(Endpoint.AbsoluteUri);
        _listener.Start();
        _loop = AcceptAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>All bodies so far, of whatever signal.</summary>
    public IEnumerable<byte[]> Bodies => _taken.Select(t => t.Body);

    /// <summary>Where they were sent, each once.</summary>
    public IEnumerable<string> Paths => _taken.Select(t => t.Path).Distinct();

    public IReadOnlyList<OtlpSpan> Spans =>
        [.. _taken.Where(t => t.Path == "/v1/traces").SelectMany(t => OtlpSpan.Read(t.Body))];

    public static OtlpCollector Open() => new(FreePort.Next());

    /// <summary>What a server is to be told, so that it exports here, often.</summary>
    public Dictionary<string, string> Environment() =>
        new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoint.AbsoluteUri,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        };

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task TakeAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            _taken.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
            context.Response.StatusCode = 200;
            context.Response.Close();
        }
        catch (Exception e) when (e is IOException or HttpListenerException)
        {
            // It broke off; it is sent again.
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await TakeAsync(context);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }
}
