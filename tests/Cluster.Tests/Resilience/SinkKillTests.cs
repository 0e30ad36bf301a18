using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Driver;
using Palisade.Grains.Tests.Audit.Sinks;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>A server that is killed between a delivery and its cursor delivers again and leaves nothing out.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class SinkKillTests(ITestOutputHelper output)
{
    private const int Rounds = 4;
    private const string Password = "gravel lantern otter 72 plinth";

    [Fact]
    public async Task S31_Killed_between_a_delivery_and_its_cursor_it_delivers_again_and_leaves_nothing_out()
    {
        await using var receiver = WebhookReceiver.Open();
        await using var server = await ServerProcess.StartAsync();
        try
        {
            await RunAsync(server, receiver);
        }
        catch
        {
            output.WriteLine(server.Log[^Math.Min(8000, server.Log.Length)..]);
            throw;
        }
    }

    private static async Task RunAsync(ServerProcess server, WebhookReceiver receiver)
    {
        var (first, audit) = (server.FirstRun, $"/api/v1/orgs/{server.FirstRun.Organization}/audit");
        using var http = server.NewHttpClient();
        await CallAsync(
            http,
            first.CliToken,
            "PUT",
            "/api/v1/account/password",
            new { Current = first.Password, Replacement = Password }
        );
        var issued = await CallAsync(
            http,
            first.CliToken,
            "POST",
            "/api/v1/account/operator-tokens",
            new { Password, Name = "test" }
        );
        await CallAsync(
            http,
            issued.GetProperty("token").GetString()!,
            "PUT",
            "/api/v1/operator/outgoing-networks",
            new { Networks = new[] { "127.0.0.0/8" } }
        );

        // A secret that comes with the answer is trusted after the first delivery may be there: that one is sent again.
        var made = await CallAsync(
            http,
            first.CliToken,
            "POST",
            $"{audit}/sinks",
            new
            {
                Name = "siem",
                Url = $"{receiver.Url}",
                From = 0,
            }
        );
        receiver.Trust(made.GetProperty("secret").GetString()!);
        var sink = $"{audit}/sinks/{made.GetProperty("sink").GetProperty("id").GetString()}";
        await DeliveredAsync();

        var twice = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var (killed, before) = (new TaskCompletionSource<string>(), receiver.Kept.Count);
            receiver.Answer = delivery =>
            {
                if (!killed.Task.IsCompleted)
                {
                    server.Kill9Async().GetAwaiter().GetResult();
                    killed.TrySetResult(delivery.Id);
                }

                return 204;
            };

            // Who asks is cut off with the server.
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ExportAsync()));
            await killed.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await server.StartAgainAsync();
            await ExportAsync();
            await DeliveredAsync();
            var lost = receiver.Kept.Skip(before).First(d => d.Id == killed.Task.Result).Records.First().Index;
            twice += receiver.Kept.Count(d => d.Records.Any(r => r.Index == lost));
        }

        Assert.True(twice >= 2 * Rounds, $"{twice} deliveries of what was cut off in {Rounds} rounds");
        var keys = await CallAsync(http, first.CliToken, "GET", $"{audit}/keys", null);
        Assert.True(NoteKey.TryParse(keys.GetProperty("current").GetString(), out var key));
        var size = Witness.Check(receiver.Kept, key);
        var end = await CallAsync(http, first.CliToken, "GET", $"{audit}/consistency", null);
        Assert.True(size >= end.GetProperty("second").GetInt64() - 1, $"{size} of {end}");

        async Task DeliveredAsync() =>
            await Poll.UntilAsync(
                async () =>
                    await CallAsync(http, first.CliToken, "GET", sink, null) is var now
                    && now.GetProperty("waiting").GetInt64() == 0
                    && now.GetProperty("next").GetInt64() > 0,
                TimeSpan.FromSeconds(60),
                "everything is delivered"
            );

        async Task ExportAsync()
        {
            try
            {
                await CallAsync(http, first.CliToken, "GET", $"{audit}/export?q=op:nothing", null);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // The server was killed.
            }
        }
    }

    private static async Task<JsonElement> CallAsync(
        HttpClient http,
        string token,
        string method,
        string path,
        object? body
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonElement.Parse(text) : default;
    }
}
