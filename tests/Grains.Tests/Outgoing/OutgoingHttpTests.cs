using System.Collections.Immutable;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Grains.Outgoing;
using Palisade.Silo.Outgoing;

namespace Palisade.Grains.Tests.Outgoing;

public sealed class OutgoingHttpTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static readonly IPNetwork Loopback = IPNetwork.Parse("127.0.0.1/32");

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("017700000001")]
    [InlineData("%31%32%37.0.0.1")]
    [InlineData("①②⑦.⓪.⓪.①")]
    [InlineData("127.0.0.1.")]
    [InlineData("0.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[0:0:0:0:0:ffff:127.0.0.1]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    public async Task S12_no_spelling_of_this_machine_is_connected_to(string host)
    {
        await using var server = new Answering(Ok);
        using var outgoing = new OutgoingHttp(
            new Networks(),
            new SystemResolver(),
            TimeProvider.System,
            NullLogger<OutgoingHttp>.Instance
        );

        foreach (var scheme in (string[])["https", "http"])
        {
            var result = await outgoing.SendAsync(new("POST", $"{scheme}://{host}:{server.Port}/hook?token=secret"));

            Assert.Contains(result.Problem!.Code, (string[])["outgoing.no_target", "outgoing.bad_url"]);
            Assert.DoesNotContain("secret", result.Problem.Text, StringComparison.Ordinal);
        }

        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData("8.8.8.8", "10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("224.0.0.1")]
    [InlineData("2606:4700::1111", "::1")]
    public async Task S12_a_name_with_one_address_inside_is_refused_as_one_that_is_unknown(params string[] addresses)
    {
        using var outgoing = Client(new Resolver([.. addresses.Select(IPAddress.Parse)]));
        using var unknown = Client(new Resolver([]));

        var refused = await outgoing.SendAsync(new("POST", "https://hooks.example.test/"));
        var absent = await unknown.SendAsync(new("POST", "https://hooks.example.test/"));

        Assert.Equal("outgoing.no_target", refused.Problem!.Code);
        Assert.Equal(absent.Problem, refused.Problem);
    }

    [Fact]
    public async Task S12_what_was_judged_is_what_is_connected_to()
    {
        await using var server = new Answering(Ok);
        var resolver = new Resolver([IPAddress.Loopback]);
        using var outgoing = Client(resolver, Loopback);

        var first = await outgoing.SendAsync(
            new("POST", $"http://hooks.example.test:{server.Port}/")
            {
                Body = "{}"u8.ToArray(),
                Headers = [("Content-Type", "application/json")],
            }
        );
        Assert.Equal(1, resolver.Asked);
        resolver.Addresses = [IPAddress.Parse("127.0.0.2")];
        var second = await outgoing.SendAsync(new("POST", $"http://hooks.example.test:{server.Port}/"));

        Assert.Equal(200, first.Value.Status);
        Assert.Equal("outgoing.no_target", second.Problem!.Code);
        Assert.Equal(1, server.Connections);
        Assert.Contains("Host: hooks.example.test", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S12_an_allowed_network_that_is_allowed_no_longer_is_refused_at_once()
    {
        await using var server = new Answering(Ok);
        var networks = new Networks { Allowed = [Loopback] };
        using var outgoing = new OutgoingHttp(
            networks,
            new SystemResolver(),
            TimeProvider.System,
            NullLogger<OutgoingHttp>.Instance
        );

        var before = await outgoing.SendAsync(new("GET", $"http://127.0.0.1:{server.Port}/"));
        networks.Allowed = [];
        var after = await outgoing.SendAsync(new("GET", $"http://127.0.0.1:{server.Port}/"));

        Assert.True(before.Ok);
        Assert.Equal("outgoing.no_target", after.Problem!.Code);
    }

    [Fact]
    public async Task S12_plain_HTTP_is_for_allowed_networks_only()
    {
        using var outgoing = Client(new Resolver([IPAddress.Parse("8.8.8.8")]));

        var result = await outgoing.SendAsync(new("POST", "http://hooks.example.test/"));

        Assert.Equal("outgoing.no_target", result.Problem!.Code);
    }

    [Fact]
    public async Task S12_a_redirect_is_not_followed()
    {
        await using var inside = new Answering(Ok);
        await using var server = new Answering(
            $"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{inside.Port}/\r\nContent-Length: 0\r\n\r\n"
        );
        using var outgoing = Client(new Resolver([IPAddress.Loopback]), Loopback);

        var result = await outgoing.SendAsync(new("POST", $"http://hooks.example.test:{server.Port}/"));

        Assert.Equal("outgoing.redirected", result.Problem!.Code);
        Assert.Equal((1, 0), (server.Connections, inside.Connections));
    }

    [Fact]
    public async Task S12_the_answer_is_read_when_asked_for_and_never_shown()
    {
        await using var server = new Answering(Ok);
        using var outgoing = Client(new Resolver([IPAddress.Loopback]), Loopback);
        var request = new OutgoingRequest("GET", $"http://hooks.example.test:{server.Port}/?token=secret");

        var unread = await outgoing.SendAsync(request);
        var read = await outgoing.SendAsync(request with { MaxAnswerBytes = 5 });

        Assert.True(unread.Value.Body.IsEmpty);
        Assert.Equal("hello", Encoding.UTF8.GetString(read.Value.Body.Span));
        Assert.DoesNotContain("hello", read.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", request.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{0}")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n{0}")]
    public async Task S12_an_answer_beyond_its_size_is_refused(string form)
    {
        await using var server = new Answering(
            form.Replace("{0}", new string('a', 1024), StringComparison.Ordinal),
            open: true
        );
        using var outgoing = Client(new Resolver([IPAddress.Loopback]), Loopback);

        var result = await outgoing.SendAsync(
            new("GET", $"http://hooks.example.test:{server.Port}/") { MaxAnswerBytes = 1000 }
        );

        Assert.Equal("outgoing.too_large", result.Problem!.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel")]
    public async Task S12_an_answer_that_does_not_end_is_given_up(string beginning)
    {
        await using var server = new Answering(beginning, open: true);
        using var outgoing = Client(new Resolver([IPAddress.Loopback]), Loopback);

        var result = await outgoing.SendAsync(
            new("GET", $"http://hooks.example.test:{server.Port}/")
            {
                MaxAnswerBytes = 9,
                Timeout = TimeSpan.FromMilliseconds(300),
            }
        );

        Assert.Equal("outgoing.unreachable", result.Problem!.Code);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_told_so_by_cancellation()
    {
        await using var server = new Answering("", open: true);
        using var outgoing = Client(new Resolver([IPAddress.Loopback]), Loopback);
        using var cancel = new CancellationTokenSource();

        var sending = outgoing.SendAsync(new("GET", $"http://hooks.example.test:{server.Port}/"), cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static OutgoingHttp Client(IHostResolver resolver, params ReadOnlySpan<IPNetwork> allowed) =>
        new(new Networks { Allowed = [.. allowed] }, resolver, TimeProvider.System, NullLogger<OutgoingHttp>.Instance);

    private sealed class Networks : IOutgoingNetworks
    {
        public ImmutableArray<IPNetwork> Allowed { get; set; } = [];

        public ValueTask<ImmutableArray<IPNetwork>> AllowedAsync(CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Allowed);
    }

    private sealed class Resolver(IPAddress[] addresses) : IHostResolver
    {
        public IPAddress[] Addresses { get; set; } = addresses;

        public int Asked { get; private set; }

        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken = default)
        {
            Asked++;
            return Task.FromResult(Addresses);
        }
    }
}
