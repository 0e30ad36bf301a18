using System.Text;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Driver;

/// <summary>The driver against transcripts of the official client (convox-wire.md, Appendix A).</summary>
public sealed partial class ConvoxClientTests
{
    private const string Racks =
        """[{"name":"staging","organization":{"name":"acme"},"provider":"local","status":"running"}]""";
    private static readonly CliRhythm Quick = CliRhythm.Fast with
    {
        App = TimeSpan.FromMilliseconds(5),
        AppLimit = TimeSpan.FromSeconds(20),
    };

    [Fact]
    public async Task Login_sends_what_the_official_client_sends()
    {
        await using var peer = new ScriptedPeer(_ => (200, "ok\n"));

        await Client(peer, "dkabc123").LoginAsync();

        Assert.Equal(
            $"GET /auth? HTTP/1.1\r\nHost: localhost:{peer.Port}\r\nUser-Agent: convox.go/dev\r\nAccept: */*\r\n"
                + "Authorization: Basic Y29udm94OmRrYWJjMTIz\r\nContent-Type: application/octet-stream\r\nVersion: dev\r\nAccept-Encoding: gzip\r\n\r\n",
            peer.Requests.Single()
        );
    }

    [Fact]
    public async Task Env_set_reads_all_and_writes_all_as_a_sorted_form()
    {
        await using var peer = new ScriptedPeer(request =>
            Line(request) switch
            {
                "GET /racks?" => (200, Racks),
                "GET /apps/web/releases?limit=1" => (200, """[{"id":"RAAAAAAAAAA","app":"web"}]"""),
                "GET /apps/web/releases/RAAAAAAAAAA?" => (
                    200,
                    """{"id":"RAAAAAAAAAA","app":"web","env":"FOO=bar\nBAZ=qux","created":"2024-09-01T10:00:00Z"}"""
                ),
                "GET /system?" => (
                    200,
                    """{"count":0,"name":"staging","provider":"local","status":"running","version":"3.18.9"}"""
                ),
                "POST /apps/web/releases?" => (200, """{"id":"RCCCCCCCCCC","app":"web"}"""),
                _ => (404, ""),
            }
        );

        var release = await Client(peer).EnvSetAsync("web", new Dictionary<string, string> { ["A"] = "1" });

        Assert.Equal("RCCCCCCCCCC", release);
        var last = peer.Requests[^1];
        Assert.EndsWith("\r\n\r\nenv=A%3D1%0ABAZ%3Dqux%0AFOO%3Dbar", last, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/x-www-form-urlencoded\r\n", last, StringComparison.Ordinal);
        Assert.Contains("\r\nRack: acme/staging\r\nSession: \r\n", last, StringComparison.Ordinal);
        Assert.Equal(5, peer.Requests.Count);
    }

    [Theory]
    [InlineData("""{"error":"nope"}""", "nope")]
    [InlineData("nope here\n", "nope here")]
    [InlineData("", "response status 403")]
    public async Task An_error_shows_as_the_client_shows_it(string body, string shown)
    {
        await using var peer = new ScriptedPeer(request => Line(request) == "GET /racks?" ? (200, Racks) : (403, body));

        var error = await Assert.ThrowsAsync<ConvoxException>(() => Client(peer).AppsAsync());

        Assert.Equal((shown, 403), (error.Message, error.Status));
    }

    [Theory]
    [InlineData("2024-09-01T10:00:00")]
    [InlineData("")]
    public async Task A_time_without_a_zone_is_fatal(string time)
    {
        await using var peer = new ScriptedPeer(request =>
            Line(request) == "GET /racks?"
                ? (200, Racks)
                : (200, $$"""[{"id":"B","app":"web","status":"running","started":"{{time}}"}]""")
        );

        var error = await Assert.ThrowsAsync<ConvoxException>(() => Client(peer).BuildsAsync("web"));

        Assert.Contains("not a time with a zone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_succeeds_after_two_running_in_a_row()
    {
        var statuses = new Queue<string>(["creating", "running", "updating", "running", "running", "failed"]);
        await using var peer = new ScriptedPeer(_ => (200, $$"""{"name":"web","status":"{{statuses.Dequeue()}}"}"""));

        await Client(peer).WaitForAppAsync("web");

        Assert.Equal(["failed"], statuses);
    }

    [Fact]
    public async Task A_wait_fails_once_a_rollback_was_seen_even_if_the_app_runs_again()
    {
        var statuses = new Queue<string>(["updating", "rollback", "running", "running"]);
        await using var peer = new ScriptedPeer(_ => (200, $$"""{"name":"web","status":"{{statuses.Dequeue()}}"}"""));

        var error = await Assert.ThrowsAsync<ConvoxException>(() => Client(peer).WaitForAppAsync("web"));

        Assert.Equal("rollback", error.Message);
        Assert.Single(statuses);
    }

    private static ConvoxClient Client(ScriptedPeer peer, string token = "t") =>
        new(new ConvoxTarget("localhost", peer.Port, token, "acme/staging"), Quick);

    private static string Line(string request) => request[..request.IndexOf(" HTTP/1.1", StringComparison.Ordinal)];
}
