using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Palisade.Bench;

/// <summary>Organizations beside the first one, made as an operator makes them.</summary>
internal static class BenchOrganizations
{
    /// <summary>Fewer than one person may belong to.</summary>
    private const int OfOnePerson = 100;
    private const string Password = "gravel lantern otter 72 plinth";

    public static async Task CreateAsync(BenchServer server, int count, CancellationToken ct)
    {
        var token = await OperatorTokenAsync(server, ct);
        for (var person = 0; person * OfOnePerson < count; person++)
        {
            var user = new
            {
                email = string.Create(CultureInfo.InvariantCulture, $"bench{person}@example.com"),
                name = "Bench",
                password = Password,
            };
            var made = await SendAsync(server, token, HttpMethod.Post, "/api/v1/operator/users", user, ct);
            var administrator = made.GetProperty("id").GetString();
            var first = person * OfOnePerson;
            await Parallel.ForEachAsync(
                Enumerable.Range(first, Math.Min(OfOnePerson, count - first)),
                ct,
                async (number, stop) =>
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"bench{number}");
                    var org = new { name, administrator };
                    await SendAsync(server, token, HttpMethod.Post, "/api/v1/operator/orgs", org, stop);
                }
            );
        }
    }

    private static async Task<string> OperatorTokenAsync(BenchServer server, CancellationToken ct)
    {
        var first = server.Process.FirstRun;
        var change = new { current = first.Password, replacement = Password };
        await SendAsync(server, first.CliToken, HttpMethod.Put, "/api/v1/account/password", change, ct);
        var issued = await SendAsync(
            server,
            first.CliToken,
            HttpMethod.Post,
            "/api/v1/account/operator-tokens",
            new { password = Password, name = "bench" },
            ct
        );
        return issued.GetProperty("token").GetString()!;
    }

    private static async Task<JsonElement> SendAsync(
        BenchServer server,
        string token,
        HttpMethod method,
        string path,
        object? body,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await server.Http.SendAsync(request, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        return answer.IsSuccessStatusCode
            ? text.StartsWith('{')
                ? JsonElement.Parse(text)
                : default
            : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }
}
