using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Palisade.Web.Hosting;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Hosting;

public sealed class HostingTests(World world) : IClassFixture<World>
{
    [Theory]
    [InlineData(
        "GET /racks?a=1 HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
        "308",
        "Location: https://localhost:{port}/racks?a=1\r\n"
    )]
    [InlineData(
        "POST /apps HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Basic x\r\n\r\n",
        "400",
        "this port speaks HTTPS"
    )]
    [InlineData("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "400", "this port speaks HTTPS")]
    [InlineData("GET //evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "400", "this port speaks HTTPS")]
    [InlineData("rubbish\r\n\r\n", "400", "this port speaks HTTPS")]
    public async Task Plain_http_on_the_tls_port_is_told_so(string request, string status, string text)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", world.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Replace("{port}", $"{world.Port}")));
        using var reader = new StreamReader(stream);

        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Contains(text.Replace("{port}", $"{world.Port}"), answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_needs_no_sign_in_and_readiness_says_what_is_missing()
    {
        using var client = world.Client();
        client.DefaultRequestHeaders.Remove("Authorization");
        Assert.Equal("ok\n", await client.GetStringAsync("/healthz/live"));
        Assert.Equal("ok\n", await client.GetStringAsync("/healthz/ready"));

        world.NotReadyBecause = "the store is opening";
        using var answer = await client.GetAsync("/healthz/ready");
        world.NotReadyBecause = null;

        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal("not ready: the store is opening\n", await answer.Content.ReadAsStringAsync());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public void The_certificate_is_kept_private_and_survives_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("palisade-tls-").FullName;
        using var first = ServerCertificate.LoadOrCreate(folder, ["a.example"], TimeProvider.System);
        using var second = ServerCertificate.LoadOrCreate(folder, ["a.example"], TimeProvider.System);
        using var other = ServerCertificate.LoadOrCreate(folder, ["b.example"], TimeProvider.System);

        Assert.Equal(first.Thumbprint, second.Thumbprint);
        Assert.NotEqual(first.Thumbprint, other.Thumbprint);
        Assert.True(first.MatchesHostname("127.0.0.1"));
        Assert.True(first.MatchesHostname("a.example"));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(folder, "server.pem"))
        );
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("/login", true)]
    [InlineData("/o/acme", true)]
    [InlineData("/", true)]
    [InlineData("/operator", true)]
    [InlineData("/organizations/acme/runtimes", false)]
    [InlineData("/apps", false)]
    [InlineData("/loginx", false)]
    [InlineData("/objects", false)]
    public void S07_pages_and_api_are_parted_in_one_place(string path, bool page) =>
        Assert.Equal(page, Surface.IsPage(path));

    [Fact]
    public async Task A_stop_ends_open_sockets_within_five_seconds()
    {
        var own = new World();
        await own.InitializeAsync();
        await using var log = await TestSocket.OpenAsync(own, "/apps/web/logs");
        await using var exec = await TestSocket.OpenAsync(
            own,
            $"/apps/web/processes/{FakeRack.Process}/exec",
            headers: ["Command: sleep 100"]
        );
        var session = await own.Rack.ExecOfAsync("sleep");
        var watch = Stopwatch.StartNew();

        var stopping = own.StopAsync();
        var (_, frames, close) = await exec.ToEndAsync();
        await stopping;

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(8), $"stopped after {watch.Elapsed}");
        Assert.Equal("ERROR: the server is stopping\n", frames[0]);
        Assert.Equal(1001, close);
        await session.Disposed;
        await own.DisposeAsync();
    }

    [Theory]
    [InlineData("0.0.0.1x", 5443, "/data")]
    [InlineData("127.0.0.1", 70_000, "/data")]
    [InlineData("127.0.0.1", 5443, "data")]
    public void Options_that_cant_work_are_refused(string bind, int port, string folder) =>
        Assert.True(
            new WebOptionsValidation()
                .Validate(
                    null,
                    new WebOptions
                    {
                        Bind = bind,
                        HttpsPort = port,
                        DataFolder = folder,
                    }
                )
                .Failed
        );
}
