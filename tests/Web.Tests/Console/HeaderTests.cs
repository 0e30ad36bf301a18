using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Palisade.Web.Console;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.Console;

/// <summary>What every answer carries, whoever asks and however it ends.</summary>
public sealed class HeaderTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private static readonly string[] Pages =
    [
        "/",
        "/login",
        "/login/code",
        "/login/invite",
        "/account/password",
        "/account/second-factor",
        "/account/tokens",
        "/account/session",
        "/o/acme/apps",
        "/o/nobody/apps",
        "/operator",
        "/static/app.css",
        "/static/nothing.css",
        "/favicon.ico",
    ];

    private static readonly string[] Odd =
    [
        "/api/v1/nothing",
        "/nothing",
        "/api/v1/openapi.json",
        "/check",
        "/racks?%zz",
    ];

    [Fact]
    public async Task S07_every_answer_is_nosniff_and_offers_no_password_dialog_and_the_API_is_never_stored()
    {
        var failures = new List<string>();
        foreach (var who in (string?[])["audi", "expired", null])
        {
            foreach (var (method, path) in Requests())
            {
                await LookAsync(failures, who, method, path);
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task S03_HSTS_is_sent_with_a_public_name_and_never_without()
    {
        var options = world.Services.GetRequiredService<IOptions<WebOptions>>().Value;
        foreach (var isPublic in (bool[])[false, true])
        {
            options.PublicName = isPublic;
            foreach (var path in (string[])["/login", "/api/v1/operations", "/racks", "/api/v1/nothing"])
            {
                using var client = world.Client(null);
                using var answer = await client.GetAsync(path);
                Assert.True(
                    isPublic == answer.Headers.TryGetValues("Strict-Transport-Security", out var values),
                    $"{path}: {values?.FirstOrDefault()}"
                );
            }
        }

        options.PublicName = false;
    }

    private async Task LookAsync(List<string> failures, string? who, string method, string path)
    {
        using var client = world.Client(who == "expired" ? null : who);
        if (who == "expired")
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer plt_nothing");
        }

        client.DefaultRequestHeaders.TryAddWithoutValidation("Rack", "acme/staging");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method == "GET" ? null : new StringContent("{", Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request);
        string? Header(string name) =>
            answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values)
                ? string.Join(", ", values)
                : null;
        void Expect(string name, Func<string?, bool> right)
        {
            if (!right(Header(name)))
            {
                failures.Add($"{who ?? "nobody"}: {method} {path} ({(int)answer.StatusCode}): {name}: {Header(name)}");
            }
        }

        var page = Surface.IsPage(path);
        Expect("X-Content-Type-Options", v => v == "nosniff");
        Expect("WWW-Authenticate", v => v is null);
        Expect("Server", v => v is null);
        Expect("Strict-Transport-Security", v => v is null);
        Expect("Referrer-Policy", v => v is "no-referrer" or "same-origin");
        Expect("Cross-Origin-Resource-Policy", v => v == "same-origin");
        Expect("Request-Id", v => v is { Length: 12 });
        Expect(
            "Content-Security-Policy",
            v => v is not null && v.Contains("frame-ancestors 'none'") && !v.Contains("unsafe")
        );
        if (!page)
        {
            Expect(
                "Content-Security-Policy",
                v => v!.StartsWith("sandbox; default-src 'none'", StringComparison.Ordinal)
            );
            Expect("Set-Cookie", v => v is null);
        }

        if (!path.StartsWith("/static/app", StringComparison.Ordinal))
        {
            Expect("Cache-Control", v => v is not null && v.Contains("no-store", StringComparison.Ordinal));
        }
    }

    private IEnumerable<(string Method, string Path)> Requests() =>
        (
            from endpoint in world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let pattern = endpoint.RoutePattern.RawText!
            where ConsoleApi.Serves(pattern) || !Surface.IsPage(pattern)
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
            where method != "HEAD" && !pattern.EndsWith("/sessions", StringComparison.Ordinal)
            select (
                method,
                Regex.Replace(pattern, @"\{\*{0,2}(\w+)\}", m => m.Groups[1].Value == "org" ? "acme" : "x1")
            )
        )
            .Concat(Pages.Concat(Odd).Select(path => ("GET", path)))
            .Append(("POST", "/login"))
            .Append(("PUT", "/api/v1/operations"));
}
