using System.Net;
using System.Text;
using System.Text.Json;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Api;

/// <summary>
/// Requests as the convox CLI sends them, and the answers that it needs (convox-wire.md, Appendix A and D).
/// </summary>
public sealed class ClientTests(World world) : IClassFixture<World>
{
    [Theory]
    [InlineData("/racks?")]
    [InlineData("/racks/acme/staging?")]
    [InlineData("/system?")]
    [InlineData("/system/processes?all=true")]
    [InlineData("/system/releases?")]
    [InlineData("/system/capacity")]
    [InlineData("/instances?")]
    [InlineData("/registries?")]
    [InlineData("/certificates?")]
    [InlineData("/resources?")]
    [InlineData("/apps?")]
    [InlineData("/apps/web?")]
    [InlineData("/apps/web/builds?limit=3")]
    [InlineData("/apps/web/builds/" + World.Build)]
    [InlineData("/apps/web/releases?limit=1")]
    [InlineData("/apps/web/releases/" + World.Release)]
    [InlineData("/apps/web/processes?")]
    [InlineData("/apps/web/processes/" + FakeRack.Process)]
    [InlineData("/apps/web/services?")]
    [InlineData("/apps/web/balancers?")]
    [InlineData("/apps/web/resources?")]
    [InlineData("/apps/web/budget?")]
    [InlineData("/apps/web/configs?")]
    [InlineData("/racks/acme/staging/runtimes?")]
    [InlineData("/racks/acme/staging/workflows?")]
    [InlineData("/organizations/acme/runtimes?")]
    public async Task Reads_answer_json_that_go_can_decode(string path)
    {
        using var client = world.Client();

        using var answer = await client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(text);
        Assert.DoesNotContain("\r", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Racks_have_an_organization_object_and_no_state()
    {
        using var client = world.Client(rack: null);
        using var json = JsonDocument.Parse(await client.GetStringAsync("/racks?"));
        var rack = json.RootElement.EnumerateArray().Single();

        Assert.Equal("staging", rack.GetProperty("name").GetString());
        Assert.Equal("acme", rack.GetProperty("organization").GetProperty("name").GetString());
        Assert.False(rack.TryGetProperty("state", out _));
    }

    [Fact]
    public async Task System_reports_a_version_that_the_client_takes_for_a_current_rack()
    {
        using var client = world.Client();
        using var json = JsonDocument.Parse(await client.GetStringAsync("/system?"));

        Assert.True(string.CompareOrdinal(json.RootElement.GetProperty("version").GetString(), "20190111211123") > 0);
        Assert.Equal($"localhost:{world.Port}", json.RootElement.GetProperty("rack-domain").GetString());
        Assert.Equal("staging.acme.localhost:8080", json.RootElement.GetProperty("domain").GetString());
    }

    [Fact]
    public async Task A_builds_times_have_a_zone_and_its_fields_their_dashes()
    {
        using var client = world.Client();
        var text = await client.GetStringAsync($"/apps/web/builds/{World.Build}");

        Assert.Contains("\"started\": \"2024-09-01T10:00:00.1234567Z\"", text, StringComparison.Ordinal);
        Assert.Contains("\"ended\": \"2024-09-01T10:01:00Z\"", text, StringComparison.Ordinal);
        Assert.Contains("\"git-sha\": \"\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deploys_upload_and_build_go_from_object_to_build()
    {
        using var client = world.Client();
        using var upload = new ByteArrayContent([0x1f, 0x8b, 1, 2, 3]);
        upload.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        using var put = await client.PostAsync("/apps/web/objects/tmp/ae207904f1ea35027cd0f3e7275ac0.tgz?", upload);
        using var url = JsonDocument.Parse(await put.Content.ReadAsStringAsync());
        var address = url.RootElement.GetProperty("Url").GetString()!;

        using var form = new FormUrlEncodedContent([
            new("description", "demo"),
            new("url", address),
            new("build-args", "FOO=bar,BAZ=qux,1"),
        ]);
        using var started = await client.PostAsync("/apps/web/builds?", form);
        using var build = JsonDocument.Parse(await started.Content.ReadAsStringAsync());

        Assert.Equal("object://web/tmp/ae207904f1ea35027cd0f3e7275ac0.tgz", address);
        Assert.Equal("running", build.RootElement.GetProperty("status").GetString());
        Assert.Equal("web", build.RootElement.GetProperty("app").GetString());
        Assert.Matches("^B[A-Z]{10}$", build.RootElement.GetProperty("id").GetString());
        var command = world.Grains.Last<StartBuild>();
        Assert.Equal("app/aaaaaaaaaa/tmp/ae207904f1ea35027cd0f3e7275ac0.tgz", command.Source);
        Assert.Equal("FOO=bar,BAZ=qux,1", command.BuildArgs!.Reveal());
        Assert.True(world.Objects.Stored.ContainsKey(("acme", command.Source)));
    }

    [Theory]
    [InlineData("object://other/tmp/x.tgz")]
    [InlineData("object://web/../other/x.tgz")]
    [InlineData("object://web/tmp/%2e%2e/x.tgz")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("file:///etc/passwd")]
    [InlineData("")]
    public async Task S18_a_build_takes_only_this_apps_objects(string url)
    {
        using var client = world.Client();
        using var form = new FormUrlEncodedContent([new("url", url)]);

        using var answer = await client.PostAsync("/apps/web/builds?", form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task S20_the_release_read_before_goes_along_with_the_write_once()
    {
        using var client = world.Client(NewToken());
        var newest = (
            await world.Views.ListAsync(new("acme", "release", "staging/web/") { Descending = true, Limit = 1 })
        )[0].Key["staging/web/".Length..];
        using var release = JsonDocument.Parse(await client.GetStringAsync($"/apps/web/releases/{newest}?"));
        Assert.Equal("A=1\nB=two words", release.RootElement.GetProperty("env").GetString());

        await SetAsync(client, "env=A%3D2");
        Assert.Equal(newest, world.Grains.Last<CreateRelease>().Parent);
        Assert.Equal("A=2", world.Grains.Last<CreateRelease>().Environment!.Reveal());

        await SetAsync(client, "env=");
        Assert.Null(world.Grains.Last<CreateRelease>().Parent);
        Assert.Equal("", world.Grains.Last<CreateRelease>().Environment!.Reveal());

        // A rollback names its build: what was read before does not bind it.
        await client.GetStringAsync($"/apps/web/releases/{World.Release}?");
        await SetAsync(client, $"build={World.Build}&env=A%3D1");
        Assert.Null(world.Grains.Last<CreateRelease>().Parent);

        string NewToken()
        {
            var token = World.NewToken(Domain.Users.TokenKind.Cli);
            world.Issue(token);
            return token;
        }

        async Task SetAsync(HttpClient http, string body)
        {
            using var content = new StringContent(body, Encoding.ASCII, "application/x-www-form-urlencoded");
            using var answer = await http.PostAsync("/apps/web/releases?", content);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Promote_scale_and_restart_answer_ok()
    {
        using var client = world.Client();

        Assert.Equal("ok\n", await SendAsync("POST", $"/apps/web/releases/{World.Release}/promote?", "force=false"));
        Assert.Equal(World.Release, world.Grains.Last<PromoteRelease>().Release);
        Assert.Equal("ok\n", await SendAsync("PUT", "/apps/web/services/web?", "count=3&cpu=512"));
        Assert.Equal("ok\n", await SendAsync("POST", "/apps/web/services/web/restart?", ""));
        Assert.Equal("ok\n", await SendAsync("PUT", "/apps/web?", "lock=true"));
        Assert.Equal("ok\n", await SendAsync("PUT", "/system?", "parameters=baz%3D1%26foo%3Dbar"));
        Assert.Equal("ok\n", await SendAsync("DELETE", $"/apps/web/processes/{FakeRack.Process}?", ""));

        async Task<string> SendAsync(string method, string path, string body)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path)
            {
                Content = new StringContent(body, Encoding.ASCII, "application/x-www-form-urlencoded"),
            };
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            return text;
        }
    }

    [Fact]
    public async Task Run_takes_its_options_from_headers()
    {
        using var client = world.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/apps/web/services/web/processes?");
        request.Headers.TryAddWithoutValidation("Command", "sleep 3600");
        request.Headers.TryAddWithoutValidation("Cpu", "256");
        request.Headers.TryAddWithoutValidation("Environment", "A=7&B=two+words");

        using var answer = await client.SendAsync(request);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal("pending", json.RootElement.GetProperty("status").GetString());
        var run = world.Rack.Runs.Last();
        Assert.Equal(["sleep", "3600"], run.Command.ToArray());
        Assert.Equal(TimeSpan.FromHours(1), run.Lifetime);
        Assert.Equal(256, run.Cpu);
        Assert.Equal("7", run.Service.Environment.Reveal()["A"]);
        Assert.Equal("two words", run.Service.Environment.Reveal()["B"]);
    }

    [Theory]
    [InlineData("Privileged", "true", 403)]
    [InlineData("Volumes", "a=b", 403)]
    [InlineData("Image", "alpine", 403)]
    [InlineData("Gpu", "1", 400)]
    [InlineData("Memory", "much", 400)]
    [InlineData("Release", "../x", 404)]
    [InlineData("Environment", "A=%zz", 400)]
    public async Task S24_a_run_that_could_leave_its_walls_is_refused(string header, string value, int status)
    {
        using var client = world.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/apps/web/services/web/processes?");
        request.Headers.TryAddWithoutValidation("Command", "ls");
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Errors_are_text_or_json_as_asked()
    {
        using var client = world.Client();
        Assert.Equal("app not found: gone\n", await (await client.GetAsync("/apps/gone")).Content.ReadAsStringAsync());
        client.DefaultRequestHeaders.Add("Accept", "application/json");
        using var json = JsonDocument.Parse(await (await client.GetAsync("/apps/gone")).Content.ReadAsStringAsync());

        Assert.Equal("app not found: gone", json.RootElement.GetProperty("error").GetString());
        Assert.Equal("app.not_found", json.RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_bug_is_a_500_that_tells_its_request_and_nothing_else()
    {
        using var client = world.Client();
        world.Grains.Broken = new InvalidOperationException("secret detail");

        using var answer = await client.GetAsync("/apps/web");
        world.Grains.Broken = null;
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("secret detail", text, StringComparison.Ordinal);
        Assert.Contains(answer.Headers.GetValues("Request-Id").Single(), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rack_that_does_not_answer_is_a_503_and_not_a_bug()
    {
        var own = new World();
        await own.InitializeAsync();
        own.Rack.Down = true;
        using var client = own.Client();

        using var processes = await client.GetAsync("/apps/web/processes");
        using var system = JsonDocument.Parse(await client.GetStringAsync("/system"));
        await using var exec = await TestSocket.OpenAsync(
            own,
            "/apps/web/processes/web/exec",
            headers: ["Command: ls"]
        );
        var (_, frames, _) = await exec.ToEndAsync();
        await own.DisposeAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, processes.StatusCode);
        Assert.Equal("failed", system.RootElement.GetProperty("status").GetString());
        Assert.StartsWith("ERROR: the rack does not answer", frames[0], StringComparison.Ordinal);
    }
}
