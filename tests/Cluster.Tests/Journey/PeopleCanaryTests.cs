using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OtpNet;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// Every secret that people, keys and operators give or are given goes through the console API and the pages;
/// afterwards every byte that the product left, and all that it said of mistakes, is searched for them.
/// </summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class PeopleCanaryTests : IAsyncLifetime
{
    private const string Mine = "canary of mine 7f31b2c4d9";
    private const string Theirs = "canary of theirs 58e0a6f173";
    private const string Registered = "canary registered c90d41e8b2";
    private const string Hook = "canary-hook-91c2d7e4f0";
    private const string Wrong = "canary mistaken 3a6b8f2e07";

    private readonly List<string> _secrets = [Mine, Theirs, Registered, Hook, Wrong];
    private readonly List<string> _errors = [];
    private ServerProcess _server = null!;
    private string _token = "";

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task S10_secrets_of_people_keys_and_operators_are_only_in_the_answers_that_show_them()
    {
        await using (var sampler = new CommandLines([.. _secrets]))
        {
            _token = _server.FirstRun.CliToken;
            await AccountAsync();
            var member = await MemberAsync();
            await KeysAsync(member);
            await WebhookAsync();
            await OperatorAsync();
            await MistakesAsync();
            await SignInAsync();
            sampler.Watch([.. _secrets]);
            await SendAsync("POST", "/account/tokens/reset", new { name = "last" }, "token");
            Assert.True(sampler.Looks > 20, "the process list was hardly looked at");
            Assert.Empty(await sampler.FoundAsync());
        }

        Assert.True(_secrets.Distinct().Count() > 35, $"only {_secrets.Count} secrets");
        Assert.True(_errors.Count > 30, $"only {_errors.Count} mistakes");
        var quoted = _errors.Where(e => _secrets.Any(s => e.Contains(s, StringComparison.Ordinal))).ToArray();
        Assert.True(quoted.Length == 0, $"mistakes are answered with secrets:\n{string.Join('\n', quoted)}");
        await _server.StopAsync();
        var found = Traces
            .Below(_server.Data, _server.Data + ".log")
            .SelectMany(file => Traces.In(file, _secrets))
            .ToArray();
        Assert.True(found.Length == 0, $"secrets were left in:\n{string.Join('\n', found)}");

        // The search would have found them: what the first run printed is there.
        Assert.NotEmpty(Traces.Below(_server.Data).SelectMany(f => Traces.In(f, [_server.FirstRun.CliToken])));
    }

    private async Task AccountAsync()
    {
        await SendAsync("PUT", "/account/password", new { current = _server.FirstRun.Password, replacement = Mine });
        var factor = await SendAsync("POST", "/account/second-factor", new { password = Mine }, "secret", "uri");
        var secret = Base32Encoding.ToBytes(factor["secret"]!.GetValue<string>());
        _secrets.Add(Convert.ToBase64String(secret));
        _secrets.Add(Convert.ToHexStringLower(secret));
        var codes = await SendAsync(
            "POST",
            "/account/second-factor/confirm",
            new { code = new Totp(secret).ComputeTotp() }
        );
        AddCodes(codes);
        AddCodes(await SendAsync("POST", "/account/recovery-codes", null));
        await SendAsync("POST", "/account/tokens", new { name = "another" }, "token");
    }

    private async Task<string> MemberAsync()
    {
        object roles = new[] { new { role = "DeveloperV2", racks = new { all = true } } };
        var sent = await SendAsync("POST", "/orgs/main/invites", new { open = true, roles });
        _secrets.Add(sent["link"]!.GetValue<string>().Split('#')[1]);
        var id = sent["id"]!.GetValue<string>();
        var again = await SendAsync("POST", $"/orgs/main/invites/{id}/resend", new { });
        var token = again["link"]!.GetValue<string>().Split('#')[1];
        _secrets.Add(token);
        await SendAsync("POST", "/invites/show", new { token });
        var joined = await SendAsync(
            "POST",
            "/invites/accept",
            new
            {
                token,
                name = "Cana",
                password = Theirs,
                email = "cana@example.test",
            }
        );
        var user = joined["userId"]!.GetValue<string>();
        await SendAsync(
            "POST",
            $"/orgs/main/members/{user}/reset",
            new { password = true, secondFactor = false },
            "password"
        );
        return user;
    }

    private async Task KeysAsync(string member)
    {
        object racks = new { kind = "AllowAll" };
        var made = await SendAsync("POST", "/orgs/main/keys", new { name = "canary", racks }, "secret");
        var id = made["key"]!["id"]!.GetValue<string>();
        var rolled = await SendAsync("POST", $"/orgs/main/keys/{id}/roll", new { overlapSeconds = 0 }, "secret");
        await SendAsync("POST", "/keys/report", new { secret = rolled["secret"]!.GetValue<string>() });
        var other = await SendAsync("POST", "/orgs/main/keys", new { name = "canary-too", racks }, "secret");
        var removed = await SendAsync(
            "POST",
            $"/orgs/main/members/{member}/remove",
            new { roll = new[] { other["key"]!["id"]!.GetValue<string>() } }
        );
        _secrets.Add(removed["rolled"]![0]!["secret"]!.GetValue<string>());
    }

    private async Task WebhookAsync()
    {
        var url = $"https://example.com/{Hook}";
        var made = await SendAsync("POST", "/orgs/main/audit/sinks", new { name = "canary", url }, "secret");
        var id = made["sink"]!["id"]!.GetValue<string>();
        await SendAsync("POST", $"/orgs/main/audit/sinks/{id}/roll", new { overlapSeconds = 0 }, "secret");
    }

    private async Task OperatorAsync()
    {
        var issued = await SendAsync("POST", "/account/operator-tokens", new { password = Mine, name = "op" }, "token");
        var (person, op) = (_token, issued["token"]!.GetValue<string>());
        _token = op;
        await SendAsync("POST", "/account/step-up", new { code = _secrets.Last(s => s.Length == 11) });
        await SendAsync(
            "POST",
            "/operator/users",
            new
            {
                email = "regi@example.test",
                name = "Regi",
                password = Registered,
            }
        );
        _token = person;
    }

    /// <summary>What people get wrong, with secrets in it: wrong ones, wrong members, broken bodies.</summary>
    private async Task MistakesAsync()
    {
        string[] paths =
        [
            "/account/password",
            "/account/step-up",
            "/account/second-factor",
            "/account/second-factor/confirm",
            "/account/tokens",
            "/account/operator-tokens",
            "/account/invites/accept",
            "/invites/show",
            "/invites/accept",
            "/keys/report",
            "/operator/users",
            "/orgs/main/keys",
        ];
        foreach (var path in paths)
        {
            var method = path == "/account/password" ? "PUT" : "POST";
            await SendAsync(
                method,
                path,
                $"{{\"password\": \"{Wrong}\", \"misnamed\": \"{Wrong}\"}}",
                allowFailure: true
            );
            await SendAsync(method, path, $"\"{Wrong}\" {Wrong}", allowFailure: true);
            await SendAsync(method, path, $"{{\"code\":\"{Wrong}\",\"token\":\"{Wrong}\"}}", allowFailure: true);
        }

        await SendAsync("PUT", "/account/password", new { current = Wrong, replacement = Theirs }, allowFailure: true);
        await SendAsync("PUT", "/account/password", new { current = Mine, replacement = "short" }, allowFailure: true);
        await SendAsync("POST", "/account/second-factor", new { password = Wrong }, allowFailure: true);
        await SendAsync("POST", "/account/step-up", new { code = Wrong }, allowFailure: true);
        await SendAsync("POST", "/keys/report", new { secret = Wrong }, allowFailure: true);
        await SendAsync("POST", "/invites/show", new { token = Wrong }, allowFailure: true);
        var token = _token;
        _token = _secrets.Last(s => s.StartsWith("plk_", StringComparison.Ordinal)) + "x";
        await SendAsync("GET", "/account", null, allowFailure: true);
        _token = token;
    }

    private async Task SignInAsync()
    {
        using var browser = new PageClient(_server.Url);
        var fields = new[] { ("Form.Email", _server.FirstRun.Email), ("Form.Password", Wrong) };
        _errors.Add((await browser.SubmitAsync("/login", "sign-in", fields)).Text);
        fields[1] = ("Form.Password", Mine);
        var code = await browser.SubmitAsync("/login", "sign-in", fields);
        Assert.StartsWith("/login/code", code.Path, StringComparison.Ordinal);
        _errors.Add((await browser.SubmitAsync(code.Path, code.Text, "code", ("Form.Code", Wrong))).Text);
    }

    private void AddCodes(JsonNode codes) =>
        _secrets.AddRange(
            codes["codes"]!
                .AsArray()
                .Select(c => c!.GetValue<string>())
                .SelectMany(c => new[] { c, c.Replace("-", "", StringComparison.Ordinal) })
        );

    /// <summary>Sends it, and keeps the secrets that the answer shows, or the words of the refusal.</summary>
    private async Task<JsonNode> SendAsync(
        string method,
        string path,
        object? body,
        string? secret = null,
        string? other = null,
        bool allowFailure = false
    )
    {
        using var http = _server.NewHttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
        request.Content = body switch
        {
            null => null,
            string text => new StringContent(text, Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body),
        };
        using var answer = await http.SendAsync(request);
        var said = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            Assert.True(allowFailure, $"{method} {path}: {(int)answer.StatusCode} {said}");
            Assert.InRange((int)answer.StatusCode, 400, 499);
            _errors.Add($"{answer.Headers} {said}");
            return new JsonObject();
        }

        var json = said.Length == 0 ? new JsonObject() : JsonNode.Parse(said)!;
        foreach (var name in new[] { secret, other }.OfType<string>())
        {
            _secrets.Add(json[name]!.GetValue<string>());
        }

        return json;
    }
}
