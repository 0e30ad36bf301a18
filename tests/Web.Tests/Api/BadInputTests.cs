using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Web.Api;
using Palisade.Web.Console;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Api;

/// <summary>Bad input to every route: a clear 4xx, never a 500, and nothing that hangs.</summary>
public sealed class BadInputTests(World world) : IClassFixture<World>
{
    private static readonly string[] Values =
    [
        "..%2f..",
        "%00",
        "%ff",
        "x%0d%0aSet-Cookie:a",
        new('a', 3000),
        "%7bapp%7d",
        "RAAAAAAAAAA",
        "-",
        "🙂",
    ];

    private static readonly string[] Queries =
    [
        "limit=x",
        "limit=-1",
        "limit=99999999999",
        "all=perhaps",
        "a=%zz",
        "file=../../etc",
        "prefix=%00",
        "service=%ff",
    ];

    private static readonly string[] Bodies =
    [
        "%zz",
        "lock=maybe&count=x&force=7&name=%00",
        "parameters=%25zz",
        "count=-1",
        "name=UPPER",
        "url=file:///etc/passwd",
        "timeout=0",
        "env=%ff",
        "{\"json\":true}",
        "lock=" + new string('t', 5000),
    ];

    [Fact]
    public async Task Every_route_survives_bad_paths_queries_and_bodies()
    {
        var failures = new List<string>();
        using var client = world.Client();
        foreach (var (method, pattern) in Routes())
        {
            foreach (var value in Values)
            {
                await CheckAsync(client, failures, method, Fill(pattern, value), null);
            }

            foreach (var query in Queries)
            {
                await CheckAsync(client, failures, method, Fill(pattern, "web") + "?" + query, null);
            }

            foreach (var body in method is "POST" or "PUT" or "DELETE" or "PATCH" ? Bodies : [])
            {
                await CheckAsync(
                    client,
                    failures,
                    method,
                    Fill(pattern, "web"),
                    new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded")
                );
            }
        }

        Assert.Empty(failures);
    }

    [Fact]
    public async Task Every_route_refuses_who_is_not_signed_in_and_who_is_not_allowed()
    {
        var failures = new List<string>();
        using var client = world.Client(World.NewToken(Domain.Users.TokenKind.Cli));
        foreach (var (method, pattern) in Routes(signedIn: true))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), Fill(pattern, "web"));
            using var answer = await client.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.Unauthorized && !IsSocket(pattern))
            {
                failures.Add($"{method} {pattern}: {(int)answer.StatusCode}");
            }
        }

        Assert.Empty(failures);
    }

    [Theory]
    [InlineData("/apps/web/objects/../../../etc/passwd")]
    [InlineData("/apps/web/objects/%2e%2e/%2e%2e/x")]
    [InlineData("/apps/web/objects/tmp/%2E%2e%2fx")]
    [InlineData("/apps/web/objects/tmp/..")]
    [InlineData("/apps/web/objects/./x")]
    [InlineData("/apps/web/objects/%252e%252e/x")]
    [InlineData("/apps/web/objects/tmp/x%00.tgz")]
    [InlineData("/apps/web/objects/tmp//x")]
    [InlineData("/apps/web/objects/tmp\\x")]
    [InlineData("/apps/web/objects/tmp/%5cx")]
    [InlineData("/apps/web/objects/tmp/a%20b")]
    [InlineData("/apps/web/objects/tmp/%zz")]
    [InlineData("/apps/web/objects/tmp/%0d%0aX-Evil:1")]
    [InlineData("/apps/web/../../system")]
    [InlineData("//apps/../racks/..")]
    [InlineData("https://localhost/racks/../x")]
    public async Task S18_a_path_that_means_something_else_than_it_says_is_refused(string target)
    {
        foreach (var method in (string[])["GET", "POST", "DELETE", "HEAD"])
        {
            var answer = await world.RawGetAsync(target, method);

            Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("X-Evil", answer, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(world.Objects.Stored.Keys, k => k.Key.Contains("..", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S18_objects_of_one_app_are_not_anothers_and_are_served_as_downloads()
    {
        using var client = world.Client();
        using var put = await client.PostAsync("/apps/web/objects//tmp/mine.html", new StringContent("<script>"));
        using var got = await client.GetAsync("/apps/web/objects/tmp/mine.html");
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/apps/web/objects/tmp/none"));
        using var elsewhere = await client.GetAsync("/apps/other-app/objects/tmp/mine.html");

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal("<script>", await got.Content.ReadAsStringAsync());
        Assert.Equal("attachment", got.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("nosniff", got.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", got.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S08_a_source_over_its_limit_is_a_413_and_not_kept(bool chunked)
    {
        using var client = world.Client();
        // One without a length is known to be too large when much of it is still to come: more than any socket holds.
        using var content = new ByteArrayContent(new byte[chunked ? 20_000_000 : 250_000]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/apps/web/objects/tmp/big.tgz")
        {
            Content = content,
        };
        request.Headers.TransferEncodingChunked = chunked;
        // One that says its length is answered before its body is read; who sends it all the same may meet a closed
        // connection before the answer.
        request.Headers.ExpectContinue = true;

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.False(world.Objects.Stored.ContainsKey(("acme", "app/aaaaaaaaaa/tmp/big.tgz")));
    }

    [Fact]
    public async Task S08_an_upload_over_the_organizations_quota_says_how_to_free_space_and_is_not_kept()
    {
        await using var own = new World();
        await own.InitializeAsync();
        using var client = own.Client();
        for (var i = 0; i < 2; i++)
        {
            using var first = await client.PostAsync(
                $"/apps/web/objects/tmp/{i}.tgz",
                new ByteArrayContent(new byte[190_000])
            );
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        using var answer = await client.PostAsync(
            "/apps/web/objects/tmp/over.tgz",
            new ByteArrayContent(new byte[190_000])
        );

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Contains("delete uploads or apps", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(own.Objects.Stored.ContainsKey(("acme", "app/aaaaaaaaaa/tmp/over.tgz")));
    }

    [Fact]
    public async Task S08_a_form_over_its_limit_is_a_4xx()
    {
        // The head alone: the refusal does not wait for a body that it would not read.
        var answer = await world.RawAsync(
            $"POST /apps/web/releases HTTP/1.1\r\nHost: localhost\r\nAuthorization: {World.Basic(world.Token)}\r\nRack: acme/staging\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 150000\r\nConnection: close\r\n\r\n"
        );

        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.Contains("larger than", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /racks HTTP/1.1\r\nHost: localhost\r\nRack: acme/staging\r\n Folded: x\r\n\r\n")]
    [InlineData("GET /racks HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n")]
    [InlineData("GET  /racks HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData(
        "POST /apps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )]
    [InlineData("GET /racks HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n")]
    [InlineData("TRACE /racks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    public async Task Malformed_requests_are_4xx(string request)
    {
        var answer = await world.RawAsync(
            request.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal)
        );

        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
    }

    private static async Task CheckAsync(
        HttpClient client,
        List<string> failures,
        string method,
        string path,
        HttpContent? content
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if ((int)answer.StatusCode >= 500)
        {
            failures.Add($"{method} {path}: {(int)answer.StatusCode}");
        }
    }

    private static bool IsSocket(string pattern) =>
        pattern.EndsWith("/logs", StringComparison.Ordinal)
        || pattern.EndsWith("/exec", StringComparison.Ordinal)
        || pattern.EndsWith("/shell", StringComparison.Ordinal)
        || pattern.EndsWith("/console", StringComparison.Ordinal)
        || pattern.StartsWith("/proxy", StringComparison.Ordinal);

    private static string Fill(string pattern, string value) =>
        System.Text.RegularExpressions.Regex.Replace(
            pattern,
            @"\{\*{0,2}(\w+)\}",
            m =>
                m.Groups[1].Value switch
                {
                    "org" => value == "web" ? "acme" : value,
                    "rack" => value == "web" ? "staging" : value,
                    _ => value,
                }
        );

    private IEnumerable<(string Method, string Pattern)> Routes(bool signedIn = false) =>
        from route in world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where !ConsoleApi.Serves(route.RoutePattern.RawText!) // which is swept on the whole product: RouteSweepTests
        where !signedIn || route.Metadata.GetMetadata<OperationMetadata>() is { Anonymous: false }
        from method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (method, route.RoutePattern.RawText!);
}
