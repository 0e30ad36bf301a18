using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Palisade.Racks.Local.Engine;

/// <summary>
/// A client of the Docker Engine API 1.41 over a unix socket, for Docker and for podman's compatible service. Every
/// call throws <see cref="EngineException"/> on a refusal or a lost connection and <see cref="TimeoutException"/> past
/// its time limit.
/// </summary>
public sealed partial class DockerClient : IDisposable
{
    /// <summary>How long a call may take when it says nothing else.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);

    private const string Api = "v1.41";

    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public DockerClient(string socketPath, TimeProvider time)
    {
        SocketPath = socketPath;
        _time = time;
        _http = new(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, token) =>
                    new NetworkStream(await ConnectAsync(token).ConfigureAwait(false), ownsSocket: true),
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            }
        )
        {
            BaseAddress = new("http://engine/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public string SocketPath { get; }

    /// <summary>Whether <see cref="LearnEngineAsync"/> has been called.</summary>
    public bool EngineKnown { get; private set; }

    /// <summary>Whether the engine is podman, which takes what Docker's API cannot say through its own.</summary>
    public bool IsPodman { get; private set; }

    /// <summary>Reads the engine's version and remembers which engine it is.</summary>
    public async Task<EngineVersion> LearnEngineAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "version", null, limit, cancellationToken)
            .ConfigureAwait(false);
        var version = await ReadAsync<EngineVersion>(response, cancellationToken).ConfigureAwait(false);
        IsPodman = version.Components.Any(c => c.Name.Contains("podman", StringComparison.OrdinalIgnoreCase));
        EngineKnown = true;
        return version;
    }

    /// <summary>Facts about the engine and its machine, as it gives them.</summary>
    public Task<JsonObject> InfoAsync(CancellationToken cancellationToken) =>
        GetAsync<JsonObject>("info", cancellationToken);

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "_ping", null, TimeSpan.FromSeconds(5), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Whether the engine answers a ping now.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PingAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is EngineException or TimeoutException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static string Filters(IEnumerable<string> labels) =>
        Escape(JsonSerializer.Serialize(new Dictionary<string, string[]> { ["label"] = [.. labels] }));

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket
                .ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken)
                .ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, DefaultLimit, cancellationToken)
            .ConfigureAwait(false);
        return await ReadAsync<T>(response, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> PostAsync<T>(string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var response = await SendAsync(HttpMethod.Post, path, content, DefaultLimit, cancellationToken)
            .ConfigureAwait(false);
        return await ReadAsync<T>(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a call whose answer has no body of interest.</summary>
    private async Task CallAsync(
        HttpMethod method,
        string path,
        CancellationToken cancellationToken,
        JsonNode? body = null,
        TimeSpan? limit = null
    )
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var response = await SendAsync(method, path, content, limit ?? DefaultLimit, cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken).ConfigureAwait(false)
                ?? throw new EngineException((int)response.StatusCode, "The container engine answered nothing.");
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            throw new EngineException((int)response.StatusCode, "The container engine's answer cannot be read.", e);
        }
    }

    /// <summary>
    /// Sends and waits for the answer's headers within the limit; the body is the caller's. A 304 (already so) counts
    /// as success.
    /// </summary>
    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        using var timer = new CancellationTokenSource(limit, _time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var url = path.StartsWith("libpod/", StringComparison.Ordinal) ? $"v4.0.0/{path}" : $"{Api}/{path}";
        using var request = new HttpRequestMessage(method, url) { Content = content };
        HttpResponseMessage response;
        try
        {
            response = await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token)
                .ConfigureAwait(false);
        }
        // A socket that is reset just after it was connected is told as itself.
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            throw new EngineException(0, $"The container engine does not answer on {SocketPath}.", e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The container engine did not answer {method} {path.Split('?')[0]} within {limit.TotalSeconds} s."
            );
        }

        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
        {
            return response;
        }

        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw new EngineException((int)response.StatusCode, Reason(text, $"{method} {path.Split('?')[0]}"));
        }
    }

    private static string Reason(string body, string call)
    {
        try
        {
            if (JsonNode.Parse(body)?["message"]?.GetValue<string>() is { Length: > 0 } message)
            {
                return message;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"{call}: {body.Trim()[..Math.Min(200, body.Trim().Length)]}";
        }

        return $"{call} was refused without a reason.";
    }
}
