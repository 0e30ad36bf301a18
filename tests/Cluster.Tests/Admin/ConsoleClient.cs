using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Admin;

/// <summary>Somebody's calls of a server's console API, and what they read of the first organization's log.</summary>
internal sealed class ConsoleClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _audit;

    public ConsoleClient(ServerProcess server, string token, string org)
    {
        (_http, _audit) = (server.NewHttpClient(), $"orgs/{org}/audit");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The first administrator of a server that has no other's data.</summary>
    public static ConsoleClient Of(ServerProcess server) =>
        new(server, server.FirstRun.CliToken, server.FirstRun.Organization);

    public Task<string> GetAsync(string path) => _http.GetStringAsync(UriOf(path));

    public async Task<int> StatusAsync(string path)
    {
        using var answer = await _http.GetAsync(UriOf(path));
        return (int)answer.StatusCode;
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, UriOf(path)) { Content = JsonContent.Create(body) };
        using var answer = await _http.SendAsync(request);
        var said = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, said);
        return JsonElement.Parse(said.Length == 0 ? "{}" : said);
    }

    /// <summary>The log's current verifier key.</summary>
    public async Task<string> KeyAsync() =>
        JsonElement.Parse(await GetAsync($"{_audit}/keys")).GetProperty("current").GetString()!;

    /// <summary>A checkpoint that covers what is recorded now.</summary>
    public async Task<string> NextCheckpointAsync()
    {
        var before = await GetAsync($"{_audit}/checkpoint");
        await GetAsync($"{_audit}/export?q=op:nothing");
        var after = before;
        await Poll.UntilAsync(
            async () => (after = await GetAsync($"{_audit}/checkpoint")) != before,
            TimeSpan.FromSeconds(30),
            "a newer checkpoint"
        );
        return after;
    }

    /// <summary>The whole log, as what <c>palisade audit verify</c> reads.</summary>
    public Task<string> ExportAsync() => GetAsync($"{_audit}/export");

    public void Dispose() => _http.Dispose();

    private static Uri UriOf(string path) => new($"/api/v1/{path}", UriKind.Relative);
}
