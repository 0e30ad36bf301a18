using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Api;
using Palisade.Web.Console.Keys;
using Palisade.Web.Streams;
using Palisade.Web.Tests.Console;

namespace Palisade.Web.Tests.Keys;

/// <summary>
/// Every route there is, asked with a deploy key: allowed or refused exactly as convox-wire.md 7 lists it. A new route
/// is refused until it is listed here.
/// </summary>
public sealed class DeployKeyRouteTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    /// <summary>
    /// The endpoint closure of the default commands. What a body, a key or a process decides is in the tests below.
    /// </summary>
    private static readonly string[] Listed =
    [
        "GET /racks",
        "GET /system",
        "GET /apps/{app}",
        "GET /apps/{app}/logs",
        "POST /apps/{app}/builds",
        "GET /apps/{app}/builds",
        "GET /apps/{app}/builds/{id}",
        "GET /apps/{app}/builds/{id}/logs",
        "GET /apps/{app}/builds/{id}.tgz",
        "POST /apps/{app}/builds/import",
        "POST /apps/{app}/releases/{id}/promote",
        "POST /apps/{app}/services/{service}/processes",
    ];

    /// <summary>Answered to whoever is signed in, whatever they may do; the second is done for nobody.</summary>
    private static readonly string[] ForEverybody = ["GET /api/v1/operations", "POST /racks"];

    private readonly KeyStage _stage = new(world);

    private IEnumerable<(RouteEndpoint Route, string Method)> Routes =>
        from route in world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let metadata = route.Metadata.GetMetadata<OperationMetadata>()
        where metadata is { Anonymous: false }
        from method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (route, method);

    [Fact]
    public async Task Every_route_is_allowed_or_refused_to_a_key_exactly_as_it_is_listed()
    {
        await _stage.AppAsync();
        var key = await _stage.IssueAsync();
        var wrong = new List<string>();
        var seen = new List<string>();
        foreach (var (route, method) in Routes)
        {
            var name = $"{method} {route.RoutePattern.RawText}";
            var path = PathOf(route.RoutePattern.RawText!);
            var refused = await IsRefusedAsync(key.Secret, method, path);
            seen.Add(name);
            if (refused == (Listed.Contains(name) || ForEverybody.Contains(name)))
            {
                wrong.Add($"{name}: {(refused ? "refused" : "allowed")}");
            }
        }

        Assert.Empty(wrong);
        Assert.Empty(Listed.Except(seen));
        Assert.True(seen.Count > 90, "the table of routes is there");
    }

    [Theory]
    [InlineData("POST", "/apps/web/objects/tmp/0123456789abcdef.tgz", null, true)]
    [InlineData("POST", "/apps/web/objects/", null, true)]
    [InlineData("POST", "/apps/web/objects/build/BAAAAAAAAAA/logs", null, false)]
    [InlineData("POST", "/apps/web/objects/tmpfile", null, false)]
    [InlineData("GET", "/apps/web/objects/tmp/0123456789abcdef.tgz", null, false)]
    [InlineData("DELETE", "/apps/web/objects/tmp/0123456789abcdef.tgz", null, false)]
    [InlineData("POST", "/apps/web/releases", "env=A%3D1", true)]
    [InlineData("POST", "/apps/web/releases", "env=", true)]
    [InlineData("POST", "/apps/web/releases?env=A%3D1", null, true)]
    [InlineData("POST", "/apps/web/releases", "env=A%3D1&build=BAAAAAAAAAA", false)]
    [InlineData("POST", "/apps/web/releases", "env=A%3D1&description=mine", false)]
    [InlineData("POST", "/apps/web/releases?build=BAAAAAAAAAA", "env=A%3D1", false)]
    [InlineData("POST", "/apps/web/releases", "build=BAAAAAAAAAA", false)]
    [InlineData("POST", "/apps/web/releases", "", false)]
    [InlineData("GET", "/apps/web/releases", null, false)]
    [InlineData("GET", "/apps/web/releases?limit=1", null, false)]
    [InlineData("GET", "/apps/web/releases/RAAAAAAAAAA", null, false)]
    [InlineData("POST", "/apps/web/builds", "url=object%3A%2F%2Fweb%2Ftmp%2Fx.tgz", true)]
    public async Task What_is_sent_decides_and_never_what_the_client_says_it_is(
        string method,
        string path,
        string? form,
        bool allowed
    )
    {
        await _stage.AppAsync();
        var key = await _stage.IssueAsync();

        var (_, code, text) = await _stage.CallAsync(key.Secret, method, path, form);

        Assert.True(allowed == (code != AccessRecords.Denied), $"{code}: {text}");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("SOCKET")]
    public async Task S18_a_key_sees_enters_and_stops_only_processes_that_it_started(string method)
    {
        var app = await _stage.AppAsync();
        var (key, other) = (await _stage.IssueAsync(), await _stage.IssueAsync());
        var (mine, theirs) = ($"web-{Guid.NewGuid():n}"[..14] + "-abcde", $"web-{Guid.NewGuid():n}"[..14] + "-abcde");
        await _stage.RecordProcessAsync(app, mine, new Principal(PrincipalKind.DeployKey, key.Key.Id, key.Key.Name));
        await _stage.RecordProcessAsync(app, theirs, new Principal(PrincipalKind.User, "ada", "ada"));

        async Task<bool> RefusedAsync(string secret, string process) =>
            method == "SOCKET"
                ? await IsSocketRefusedAsync(secret, $"/apps/web/processes/{process}/exec")
                : (await _stage.CallAsync(secret, method, $"/apps/web/processes/{process}")).Code
                    == AccessRecords.Denied;

        Assert.False(await RefusedAsync(key.Secret, mine));
        Assert.True(await RefusedAsync(key.Secret, theirs));
        Assert.True(await RefusedAsync(other.Secret, mine));
        Assert.True(await RefusedAsync(key.Secret, "web-0123456789-abcde"));
        Assert.True(await RefusedAsync(key.Secret, "web"));
        Assert.False(await RefusedAsync(world.Token("ada"), mine));
    }

    [Fact]
    public async Task A_key_works_on_its_racks_and_apps_and_sees_no_other_rack()
    {
        await _stage.AppAsync();
        var key = await _stage.IssueAsync(KeyStage.Body() with { Apps = Selector.Name("web") });

        Assert.Equal(200, (await _stage.CallAsync(key.Secret, "GET", "/apps/web")).Status);
        Assert.Equal(AccessRecords.Denied, (await _stage.CallAsync(key.Secret, "GET", "/apps/api")).Code);
        Assert.Equal(
            AccessRecords.Denied,
            (await _stage.CallAsync(key.Secret, "GET", "/apps/web", rack: "acme/prod")).Code
        );
        Assert.Equal(
            AccessRecords.Denied,
            (await _stage.CallAsync(key.Secret, "GET", "/system", rack: "acme/prod")).Code
        );
        Assert.Equal(
            (404, "rack.not_found"),
            Short(await _stage.CallAsync(key.Secret, "GET", "/system", rack: "other/staging"))
        );
        var racks = (await _stage.CallAsync(key.Secret, "GET", "/racks")).Text;
        Assert.Contains("\"staging\"", racks, StringComparison.Ordinal);
        Assert.DoesNotContain("\"prod\"", racks, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "parameters",
            (await _stage.CallAsync(key.Secret, "GET", "/system")).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_role_extends_a_key_and_replaces_the_default_operations_of_a_narrow_one()
    {
        await _stage.AppAsync();
        var wide = await _stage.IssueAsync(KeyStage.Body() with { Roles = [BuiltInRoles.DeveloperV2.Id] });
        var narrow = await _stage.IssueAsync(
            KeyStage.Body() with
            {
                Roles = [BuiltInRoles.Deployer.Id],
                Narrow = true,
            }
        );
        const string Run = "/apps/web/services/web/processes";

        Assert.Equal(200, (await _stage.CallAsync(wide.Secret, "GET", "/apps/web/releases")).Status);
        Assert.NotEqual(AccessRecords.Denied, (await _stage.CallAsync(wide.Secret, "POST", Run)).Code);
        Assert.Equal(200, (await _stage.CallAsync(narrow.Secret, "GET", "/apps/web/releases")).Status);
        Assert.Equal(AccessRecords.Denied, (await _stage.CallAsync(narrow.Secret, "POST", Run)).Code);
    }

    private static (int, string?) Short((int Status, string? Code, string Text) answer) => (answer.Status, answer.Code);

    private async Task<bool> IsRefusedAsync(string secret, string method, string path)
    {
        var (status, code, text) = await _stage.CallAsync(
            secret,
            method,
            path,
            path == "/apps" && method == "POST" ? "name=another" : null
        );
        if (path.StartsWith("/api/v1/", StringComparison.Ordinal))
        {
            // Some decide by what their body names, and are sent none.
            return status >= 400;
        }

        if (status == 400 && text.Contains("websockets only", StringComparison.Ordinal))
        {
            return await IsSocketRefusedAsync(secret, path);
        }

        return status is 401 or 403
            && (
                method == "HEAD" || code is AccessRecords.Denied or "auth.deploy_key"
                    ? true
                    : throw new InvalidOperationException($"{method} {path} is refused for another reason: {code}")
            );
    }

    private async Task<bool> IsSocketRefusedAsync(string secret, string path)
    {
        using var socket = await _stage.OpenAsync(secret, path);
        if (path.EndsWith("/logs", StringComparison.Ordinal) && path == "/apps/web/logs")
        {
            // It follows: nothing comes unless it is refused, which comes at once.
            var first = KeyStage.FirstAsync(socket);
            return await Task.WhenAny(first, Task.Delay(TimeSpan.FromSeconds(2))) == first && IsRefusal(await first);
        }

        return IsRefusal(await KeyStage.FirstAsync(socket));
    }

    private static bool IsRefusal(string text) =>
        text.StartsWith("ERROR: you need ", StringComparison.Ordinal) || Regex.IsMatch(text, @"^ERROR: .* is refused");

    /// <summary>A path of the route with names that exist where there are any.</summary>
    private static string PathOf(string pattern) =>
        Regex.Replace(
            pattern,
            @"\{(\**\w+)\}",
            match =>
                match.Groups[1].Value switch
                {
                    "app" => "web",
                    "org" => "acme",
                    "rack" => "staging",
                    "service" => "web",
                    "pid" => "web-0123456789-abcde",
                    "host" => "web.web",
                    "port" => "3000",
                    "id" when pattern.Contains("/releases/", StringComparison.Ordinal) => KeyStage.Release,
                    "id" when pattern.Contains("/builds/", StringComparison.Ordinal) => KeyStage.NotFoundBuild,
                    "id" when pattern.Contains("/keys/", StringComparison.Ordinal) => "key-0123456789ab",
                    _ => "x",
                }
        );
}
