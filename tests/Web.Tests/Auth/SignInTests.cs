using System.Net;
using Palisade.Domain.Access;
using Palisade.Domain.Users;
using Palisade.Storage.Journal;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Auth;

public sealed class SignInTests(World world) : IClassFixture<World>
{
    public static TheoryData<string> Wrong =>
        ["none", "garbage", "expired", "revoked", "unknown", "session", "gone", "elsewhere", "digest", "jwt", "two"];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task S11_a_bad_credential_is_a_401_whose_text_the_client_shows(string kind)
    {
        var token = World.NewToken(kind == "session" ? TokenKind.Session : TokenKind.Cli);
        var header = World.Basic(token);
        switch (kind)
        {
            case "none":
                header = null;
                break;
            case "garbage":
                header = World.Basic("not-a-token");
                break;
            case "expired":
                world.Issue(token, expires: World.Time);
                break;
            case "revoked":
                world.Issue(token, revoked: World.Time);
                break;
            case "session":
                world.Issue(token, kind: "session");
                break;
            case "gone":
                world.Issue(token, subject: "nobody");
                break;
            case "elsewhere":
                world.Issue(token, cidrs: "203.0.113.0/24");
                break;
            case "digest":
                header = "Digest " + world.Token;
                break;
            case "jwt":
                header = World.Basic("eyJhbGciOi", "jwt");
                break;
            case "two":
                header = World.Basic(world.Token) + "\r\nAuthorization: " + World.Basic(world.Token);
                break;
            default:
                break;
        }

        var answer = await world.RawAsync(
            $"GET /racks? HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{(header is null ? "" : $"Authorization: {header}\r\n")}\r\n"
        );

        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.Contains("cli token is expired", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("WWW-Authenticate", answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(world.Token, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.0/8", 200)]
    [InlineData("203.0.113.0/24", 401)]
    public async Task S09_a_token_that_is_bound_to_networks_works_from_these_only(string network, int status)
    {
        var token = World.NewToken(TokenKind.Cli);
        world.Issue(token, cidrs: network);

        var answer = await world.RawAsync(
            $"GET /racks? HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: {World.Basic(token)}\r\n\r\n"
        );

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_takes_any_user_name_and_a_percent_encoded_token_and_is_recorded()
    {
        var encoded = string.Concat(world.Token.Select(c => $"%{(int)c:X2}"));
        using var client = world.Client();
        client.DefaultRequestHeaders.Remove("Authorization");
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", World.Basic(encoded, "anyone"));

        using var answer = await client.GetAsync("/auth?");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("{\n  \"id\": \"u1\"\n}\n", await answer.Content.ReadAsStringAsync());
        Assert.Contains(
            world.Recorder.Records,
            r =>
                r.Operation == Operations.SignIn
                && r.Outcome.Result == EntryResult.Ok
                && r.Caller.CredentialId is not null
        );
        Assert.Matches("^[0-9a-f]{12}$", answer.Headers.GetValues("Request-Id").Single());
    }

    [Fact]
    public async Task S07_cookies_are_no_credential_on_the_api()
    {
        var answer = await world.RawAsync(
            $"GET /racks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: __Host-session={world.Token}\r\n\r\n"
        );

        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Origin: https://evil.example", 403)]
    [InlineData("Origin: null", 403)]
    [InlineData("Origin: https://localhost:8080", 403)]
    [InlineData("Sec-Fetch-Site: cross-site", 403)]
    [InlineData("Sec-Fetch-Site: same-site", 403)]
    [InlineData("Sec-Fetch-Site: same-origin", 200)]
    [InlineData("Origin: https://localhost:{port}", 200)]
    public async Task S07_a_foreign_page_is_refused(string header, int status)
    {
        var answer = await world.RawGetAsync("/racks", headers: header.Replace("{port}", $"{world.Port}") + "\r\n");

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:1", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:5443", true)]
    [InlineData("console.example.test", true)]
    [InlineData("a.wild.example.test", true)]
    [InlineData("wild.example.test", false)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("xconsole.example.test", false)]
    public async Task S03_only_configured_hosts_are_served(string host, bool served)
    {
        var answer = await world.RawAsync($"GET /check HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith(served ? "HTTP/1.1 200" : "HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/apps", "other/staging")]
    [InlineData("/system", "other/staging")]
    [InlineData("/apps/web", "other/staging")]
    [InlineData("/racks/other/staging", "acme/staging")]
    [InlineData("/apps", "nobody/nothing")]
    public async Task Another_organizations_rack_looks_absent(string path, string rack)
    {
        using var client = world.Client(rack: rack);
        using var foreign = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Contains("no such rack", await foreign.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S08_the_body_is_not_read_before_sign_in()
    {
        // The body never comes: an answer shows that nobody waited for it.
        var answer = await world.RawAsync(
            "POST /apps/web/objects/tmp/x.tgz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 150000\r\n\r\n"
        );

        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/system/jwt/token")]
    [InlineData("PUT", "/system/jwt/rotate")]
    public async Task S13_rack_access_keys_are_off(string method, string path)
    {
        using var client = world.Client();
        using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("switched off", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S32_floods_of_wrong_tokens_are_told_to_wait_and_not_recorded_without_bound()
    {
        var time = TimeProvider.System;
        var throttle = new Palisade.Web.Auth.SignInThrottle(
            Microsoft.Extensions.Options.Options.Create(
                new Palisade.Web.Hosting.WebOptions { FailedSignInsPerMinute = 3 }
            ),
            time
        );
        var address = IPAddress.Parse("2001:db8::1");

        var waits = Enumerable.Range(0, 5).Select(_ => throttle.Refused(address)).ToList();

        Assert.All(waits[..3], w => Assert.Equal(TimeSpan.Zero, w));
        Assert.All(waits[3..], w => Assert.True(w > TimeSpan.FromSeconds(10)));
        Assert.True(throttle.Refused(IPAddress.Parse("2001:db8::2")) > TimeSpan.Zero, "the same /64");
        Assert.Equal(TimeSpan.Zero, throttle.Refused(IPAddress.Parse("2001:db8:0:1::1")));
        await Task.CompletedTask;
    }
}
