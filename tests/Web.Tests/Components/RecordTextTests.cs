using System.Text.Json;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Apps.Timeline;

namespace Palisade.Web.Tests.Components;

public sealed class RecordTextTests
{
    private const string Empty = """{"operation":"some.operation","result":"ok"}""";

    public static TheoryData<IDomainEvent, Tone, string> Events =>
        new()
        {
            { Started(RolloutKind.Promote), Tone.Busy, "Promoting RABC began" },
            { Started(RolloutKind.Promote, backTo: "ROLD"), Tone.Busy, "Going back to ROLD began, as RABC" },
            { Started(RolloutKind.Scale), Tone.Busy, "Scaling began" },
            { Started(RolloutKind.Restart), Tone.Busy, "Restarting its processes began" },
            { new RolloutSucceeded("r1"), Tone.Good, "Every process is healthy" },
            { new RolloutFailed("r1", "rollout.crashed", "web: exited"), Tone.Bad, "Failed: web: exited" },
            { new RolloutReverted("r1"), Tone.None, "What ran before runs alone again" },
            { new BuildFailed("RUN exited with 2", default), Tone.Bad, "A build failed: RUN exited with 2" },
            { new AppLockChanged(true), Tone.None, "Locked against deletion" },
            { new ProcessStopped("web-1"), Tone.None, "web-1 was stopped" },
        };

    [Fact]
    public void A_change_that_was_cancelled_is_not_said_to_have_become_unhealthy()
    {
        var rollout = Started(RolloutKind.Promote).Rollout;

        Assert.Equal(
            "It was cancelled, and what ran before is being put back",
            RolloutText.Undone(rollout, new(rollout.Id, "rollout.cancelled", "cancelled"))
        );
        Assert.All(
            new FailedRollout?[]
            {
                null,
                new("another", "rollout.cancelled", "cancelled"),
                new(rollout.Id, "rollout.crashed", "x"),
            },
            failed =>
                Assert.Equal("RABC failed, and what ran before is being put back", RolloutText.Undone(rollout, failed))
        );
    }

    [Fact]
    public void A_cancelled_change_is_told_apart_from_one_that_failed_and_from_what_failed_since()
    {
        var cancelled = AppView.Of(
            AppRef.Parse("acme/staging/web"),
            new AppState { LastFailure = "cancelled", LastFailed = new("r1", "rollout.cancelled", "cancelled") }
        );

        Assert.Null(RolloutText.Ended(cancelled with { LastFailure = null }));
        Assert.Equal("The last change was cancelled", RolloutText.Ended(cancelled));
        Assert.Equal("The last change failed: no room", RolloutText.Ended(cancelled with { LastFailure = "no room" }));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void What_changed_is_said(IDomainEvent changed, Tone tone, string text) => Says(Empty, changed, tone, text);

    [Fact]
    public void A_release_is_said_by_the_variables_that_it_changes_and_none_of_their_values()
    {
        const string Body = """
            {"operation":"app.env.set","result":"ok","changes":[
                {"path":"env.COLOR","kind":"changed","secret":true,"before":"f1","after":"f2"},
                {"path":"env.NEW","kind":"added","secret":true,"after":"f3"},
                {"path":"releases.RABC.build","kind":"added","after":"BABC"}]}
            """;

        Says(Body, Release(""), Tone.None, "RABC was made: COLOR changed, NEW added");
        Says(Empty, Release("by hand"), Tone.None, "RABC was made: by hand");
        Says(Empty, Release(""), Tone.None, "RABC was made of BABC");
    }

    [Theory]
    [InlineData(
        """{"operation":"app.exec","result":"ok","details":{"stream":"opened","process":"web-1","program":"sh","words":"3"}}""",
        Tone.None,
        "sh was begun in web-1"
    )]
    [InlineData(
        """{"operation":"stream.close","result":"ok","details":{"stream":"closed","operation":"app.exec","cause":"exit 0","sent":"7"}}""",
        Tone.None,
        "app.exec has ended: exit 0"
    )]
    [InlineData(
        """{"operation":"app.delete","result":"denied","reason":"access.denied: no role grants it"}""",
        Tone.Warn,
        "app.delete: access.denied: no role grants it"
    )]
    [InlineData(
        """{"operation":"app.converge","result":"ok","reason":"web-1 has exited with 1"}""",
        Tone.Warn,
        "app.converge: web-1 has exited with 1"
    )]
    [InlineData(
        """{"operation":"app.env.reveal","result":"ok","details":{"release":"RABC"}}""",
        Tone.None,
        "app.env.reveal: release RABC"
    )]
    [InlineData("""{"operation":"of.tomorrow","result":"ok"}""", Tone.None, "of.tomorrow")]
    [InlineData("{}", Tone.None, "Something was recorded")]
    public void What_changed_nothing_is_said_by_what_was_recorded(string body, Tone tone, string text) =>
        Says(body, null, tone, text);

    private static void Says(string body, IDomainEvent? changed, Tone tone, string text)
    {
        using var json = JsonDocument.Parse(body);
        var said = new RecordText(json.RootElement, changed);

        Assert.Equal((tone, text), (said.Tone, said.Text));
    }

    private static ReleaseCreated Release(string description) =>
        new()
        {
            Id = "RABC",
            Build = "BABC",
            EnvironmentVersion = 1,
            Description = description,
            Created = default,
            By = Principal.System,
        };

    private static RolloutStarted Started(RolloutKind kind, string? backTo = null) =>
        new(
            new Rollout
            {
                Id = "r1",
                Kind = kind,
                Target = Deployment.None with { Release = "RABC" },
                Started = default,
                Deadline = default,
                By = Principal.System,
                BackTo = backTo,
            }
        );
}
