using System.Text;
using Palisade.Storage.Logs;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Streams;

public sealed class LogStreamTests(World world) : IClassFixture<World>
{
    [Fact]
    public async Task App_logs_have_their_prefix_and_defaults()
    {
        world.Logs.Lines["app/acme/staging/web"] =
        [
            new(World.Time.AddTicks(7), "service/web/web-1", "hello world"),
            new(World.Time, "system/palisade/web", "scaled"),
        ];
        await using var socket = await TestSocket.OpenAsync(
            world,
            "/apps/web/logs",
            headers: ["Prefix: true", "Since: 1h30m0s", "Follow: false", "Filter: hello"]
        );

        var (data, _, close) = await socket.ToEndAsync();

        Assert.Equal(
            "2024-09-01T10:00:00Z service/web/web-1 hello world\n2024-09-01T10:00:00Z system/palisade/web scaled\n",
            Encoding.UTF8.GetString(data)
        );
        Assert.Equal(1000, close);
        var query = world.Logs.Reads.Last(r => r.Log == "app/acme/staging/web").Query;
        Assert.Equal("hello", query.Filter);
        Assert.InRange(DateTimeOffset.UtcNow - query.Since!.Value, TimeSpan.FromMinutes(89), TimeSpan.FromMinutes(91));
    }

    [Fact]
    public async Task A_followed_log_stays_open_and_defaults_to_two_minutes()
    {
        world.Logs.Lines["rack/acme/staging"] = [new(World.Time, "system/palisade/rack", "up")];
        await using var socket = await TestSocket.OpenAsync(world, "/system/logs");

        var first = await socket.ReceiveAsync();
        await socket.SendAsync(9, "still there"u8.ToArray());
        var second = await socket.ReceiveAsync();

        Assert.Equal("up\n", Encoding.UTF8.GetString(first.Payload));
        Assert.Equal((10, "still there"), (second.Opcode, Encoding.UTF8.GetString(second.Payload)));
        var query = world.Logs.Reads.Last(r => r.Log == "rack/acme/staging").Query;
        Assert.True(query.Follow);
        Assert.InRange(DateTimeOffset.UtcNow - query.Since!.Value, TimeSpan.FromSeconds(119), TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_finished_builds_log_is_replayed_the_same_twice_without_prefix()
    {
        world.Logs.Lines[$"build/acme/staging/web/{World.Build}"] =
        [
            new(World.Time, "build", "line 1"),
            new(World.Time, "build", "line 2"),
        ];
        var path = $"/apps/web/builds/{World.Build}/logs";
        await using var one = await TestSocket.OpenAsync(world, path);
        await using var two = await TestSocket.OpenAsync(world, path);

        var (first, second) = (await one.ToEndAsync(), await two.ToEndAsync());

        Assert.Equal("line 1\nline 2\n", Encoding.UTF8.GetString(first.Data));
        Assert.Equal(first.Data, second.Data);
        Assert.Null(world.Logs.Reads.Last(r => r.Log.StartsWith("build/", StringComparison.Ordinal)).Query.Since);
    }

    [Theory]
    [InlineData("/apps/web/logs", "Since: yesterday", "Since must be a duration")]
    [InlineData("/apps/gone/logs", "Follow: true", "app not found")]
    [InlineData("/apps/web/builds/nope/logs", "Follow: true", "no such build")]
    [InlineData("/instances/i-1/shell", "Command: sh", "not supported")]
    [InlineData("/apps/web/resources/db/console", "Height: 1", "no such resource")]
    [InlineData("/proxy/db.local/5432", "X: y", "is no service of rack")]
    [InlineData("/proxy/169.254.169.254/80", "X: y", "is no service of rack")]
    [InlineData("/proxy/web.web/99999", "X: y", "the port must be")]
    [InlineData("/proxy/web.web.convox.local/80", "X: y", "nothing listens there")]
    public async Task A_stream_that_cant_open_says_why_in_band(string path, string header, string text)
    {
        await using var socket = await TestSocket.OpenAsync(world, path, headers: [header]);

        var (_, frames, _) = await socket.ToEndAsync();

        // A relay that was recorded as opened ends without text of ours among its bytes.
        if (text != "nothing listens there")
        {
            Assert.Contains(text, string.Concat(frames), StringComparison.Ordinal);
        }
    }
}
