using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Palisade.Driver;
using Palisade.Faults.Tests.History;

namespace Palisade.Faults.Tests.Traffic;

/// <summary>Asks the nodes over HTTPS, as whom it is told, and waits for none for ever.</summary>
internal sealed class Nodes : IDisposable
{
    private readonly HttpClient[] _nodes;
    private readonly string _rack;

    public Nodes(IReadOnlyList<ServerProcess> nodes, FirstRun first)
    {
        _nodes = [.. nodes.Select(node => node.NewHttpClient())];
        (_rack, Org, Administrator) = ($"{first.Organization}/{first.Rack}", first.Organization, first.CliToken);
        (Rack, FirstPassword) = (first.Rack, first.Password);
    }

    /// <summary>How long it waits for an answer.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(1);

    public int Count => _nodes.Length;

    public string Org { get; }

    public string Rack { get; }

    /// <summary>The first administrator's token.</summary>
    public string Administrator { get; }

    /// <summary>The first administrator's, which is to be changed.</summary>
    public string FirstPassword { get; }

    /// <summary>How often each status was answered by each kind of request; 0 for none.</summary>
    public ConcurrentDictionary<(string Method, int Status), int> Statuses { get; } = new();

    /// <summary>Texts of answers that say that something broke.</summary>
    public ConcurrentQueue<string> Broken { get; } = new();

    public Task<Answer> GetAsync(int node, string path, string? token = null) =>
        SendAsync(node, HttpMethod.Get, path, null, token);

    public async Task<Answer> FormAsync(int node, HttpMethod method, string path, Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        return await SendAsync(node, method, path, content);
    }

    public async Task<Answer> JsonAsync(
        int node,
        HttpMethod method,
        string path,
        object body,
        string? key = null,
        string? token = null
    )
    {
        using var content = JsonContent.Create(body, options: JsonSerializerOptions.Web);
        return await SendAsync(node, method, path, content, token, key);
    }

    /// <param name="token">The administrator's unless given.</param>
    /// <param name="key">Sent again under it, a write has one effect.</param>
    public async Task<Answer> SendAsync(
        int node,
        HttpMethod method,
        string path,
        HttpContent? content,
        string? token = null,
        string? key = null
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add(
            "Authorization",
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"convox:{token ?? Administrator}"))}"
        );
        request.Headers.Add("Rack", _rack);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        var (began, status, text) = (Span.Now, 0, "");
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            using var answer = await _nodes[node].SendAsync(request, limit.Token);
            text = await answer.Content.ReadAsStringAsync(limit.Token);
            status = (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Cut off, or nobody there.
        }

        var ended = Span.Now;
        Statuses.AddOrUpdate((method.Method, status), 1, static (_, n) => n + 1);
        if (status is >= 500 and not 503)
        {
            Broken.Enqueue($"{method} {path} at node {node}: {status} {text}");
        }

        return new(node, status, text, new(began, status is 0 or >= 500 ? long.MaxValue : ended));
    }

    public void Dispose() => Array.ForEach(_nodes, node => node.Dispose());
}
