using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Web.Hosting;
using Palisade.Web.Streams;

namespace Palisade.Web.Tests.Streams;

public sealed class StreamSlotsTests
{
    private readonly WebOptions _options = new() { MaxOrgSockets = 60, MaxOrgExecs = 30 };

    [Fact]
    public void S08_streams_of_a_principal_are_bounded_and_one_that_ends_makes_room()
    {
        var slots = new StreamSlots(Options.Create(_options));
        var held = Enumerable.Range(0, 50).Select(_ => slots.Take(By("ada"), StreamKind.Log).Value).ToList();

        var refused = slots.Take(By("ada"), StreamKind.Log).Problem;

        Assert.IsType<Exhausted>(refused);
        Assert.Equal(
            ("stream.limit", "you have 50 streams (logs, exec, run, proxy) open, which is the most; end one first"),
            (refused.Code, refused.Text)
        );
        Assert.True(slots.Take(By("bob"), StreamKind.Log).Ok);
        held[0].Dispose();
        held[0].Dispose();
        Assert.True(slots.Take(By("ada"), StreamKind.Log).Ok);
        Assert.False(slots.Take(By("ada"), StreamKind.Log).Ok);
    }

    [Fact]
    public void S08_commands_of_a_principal_are_bounded_and_logs_are_not_counted_with_them()
    {
        var slots = new StreamSlots(Options.Create(_options));
        Enumerable.Range(0, 20).ToList().ForEach(i => Assert.True(slots.Take(By("ada"), Kind(i)).Ok));

        Assert.Equal("exec.limit", slots.Take(By("ada"), StreamKind.Command).Problem?.Code);
        Assert.Equal("exec.limit", slots.Take(By("ada"), StreamKind.Relay).Problem?.Code);
        Assert.True(slots.Take(By("ada"), StreamKind.Log).Ok);
    }

    [Fact]
    public void S08_streams_and_commands_of_an_organization_are_bounded()
    {
        var slots = new StreamSlots(Options.Create(_options));
        for (var i = 0; i < 30; i++)
        {
            Assert.True(slots.Take(By($"u{i % 3}"), StreamKind.Command).Ok);
        }

        var commands = slots.Take(By("u4"), StreamKind.Command).Problem;
        Assert.Equal("exec.limit", commands?.Code);
        Assert.StartsWith("organization acme has 30 ", commands!.Text, StringComparison.Ordinal);
        for (var i = 0; i < 30; i++)
        {
            Assert.True(slots.Take(By($"u{i % 3}"), StreamKind.Log).Ok);
        }

        Assert.Equal("stream.limit", slots.Take(By("u4"), StreamKind.Log).Problem?.Code);
        Assert.True(slots.Take(By("u4", "other"), StreamKind.Command).Ok);
    }

    [Fact]
    public void S08_archives_of_a_principal_and_of_an_organization_are_bounded_and_are_streams_too()
    {
        _options.MaxSockets = 4;
        var slots = new StreamSlots(Options.Create(_options));
        for (var i = 0; i < 6; i++)
        {
            Assert.True(slots.Take(By($"u{i % 2}"), StreamKind.Archive).Ok);
        }

        Assert.Equal("archive.limit", slots.Take(By("u0"), StreamKind.Archive).Problem?.Code);
        var ours = slots.Take(By("u2"), StreamKind.Archive).Problem;
        Assert.Equal(
            "organization acme has 6 exports or imports of builds under way, which is the most; try again when one is done",
            ours?.Text
        );
        Assert.True(slots.Take(By("u0", "other"), StreamKind.Log).Ok);
        Assert.Equal("stream.limit", slots.Take(By("u0"), StreamKind.Log).Problem?.Code);
        Assert.True(slots.Take(By("u3", "other"), StreamKind.Archive).Ok);
    }

    private static StreamKind Kind(int i) => i % 2 == 0 ? StreamKind.Command : StreamKind.Relay;

    private static Caller By(string id, string org = "acme") =>
        new()
        {
            Principal = new Principal(PrincipalKind.User, id, id),
            SignIn = "cli-token",
            Ip = "",
            Client = "",
            RequestId = "",
            Org = org,
        };
}
