using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Shell.Notices;

namespace Palisade.Browser.Tests;

public sealed class NoticesStateTests
{
    private static readonly Principal Ana = new(PrincipalKind.User, "ana", "Ana");
    private static readonly Principal Bo = new(PrincipalKind.User, "bo", "Bo");

    [Fact]
    public void A_change_of_ones_own_is_told_when_it_runs()
    {
        var state = See(App("R1", Begun("R2", Ana)), App("R2"));

        Assert.Equal(new Notice(Tone.Good, "local/web", "R2 runs."), Assert.Single(state.Notices));
        Assert.Empty(state.UnderWay);
    }

    [Fact]
    public void A_change_that_failed_is_told_with_its_cause_once_it_is_undone()
    {
        var undoing = See(App("R1", Begun("R2", Ana)), App("R1", Begun("R2", Ana) with { Failed = true }));
        var undone = undoing.See(App("R1") with { LastFailure = "it exited with 1" }, Ana);

        Assert.Empty(undoing.Notices);
        Assert.Equal(
            new Notice(Tone.Bad, "local/web", "R2 does not run: it exited with 1"),
            Assert.Single(undone.Notices)
        );
    }

    [Fact]
    public void A_change_that_was_cancelled_is_not_told_as_a_failure()
    {
        var cancelled = new FailedRollout("1", FailedRollout.Cancelled, "cancelled");
        var state = See(
            App("R1", Begun("R2", Ana)),
            App("R1") with
            {
                LastFailure = cancelled.Cause,
                LastFailed = cancelled,
            }
        );

        Assert.Equal(
            new Notice(Tone.None, "local/web", "R2 does not run: it was cancelled"),
            Assert.Single(state.Notices)
        );
    }

    [Theory]
    [InlineData(RolloutKind.Scale, null, "Its new scale runs.")]
    [InlineData(RolloutKind.Scale, "no room", "It was not scaled: no room")]
    [InlineData(RolloutKind.Restart, null, "Its processes were replaced.")]
    [InlineData(RolloutKind.Restart, "it exited with 1", "It was not restarted: it exited with 1")]
    public void A_change_that_leaves_the_release_is_told_as_what_it_was(RolloutKind kind, string? failure, string said)
    {
        var state = See(App("R1", Begun("R1", Ana) with { Kind = kind }), App("R1") with { LastFailure = failure });

        Assert.Equal(said, state.Notices.Single().Text);
    }

    [Fact]
    public void An_app_that_is_being_deleted_is_not_told_about() =>
        Assert.Empty(See(App("R1", Begun("R2", Ana)), App("R1") with { Status = AppStatus.Deleting }).Notices);

    [Fact]
    public void What_others_change_is_not_told()
    {
        Assert.Empty(See(App("R1", Begun("R2", Bo)), App("R2")).Notices);
        Assert.Empty(See(App("R1", Begun("R2", Ana)), App("R1", Begun("R3", Bo)), App("R3")).Notices);
    }

    [Fact]
    public void Older_ones_go_and_a_dismissed_one_too()
    {
        var state = new NoticesState();
        for (var i = 1; i <= NoticesState.Most + 1; i++)
        {
            state = state.See(App("R0", Begun($"R{i}", Ana)), Ana).See(App($"R{i}"), Ana);
        }

        Assert.Equal(NoticesState.Most, state.Notices.Length);
        Assert.DoesNotContain(state.Notices, notice => notice.Text == "R1 runs.");
        Assert.Equal(NoticesState.Most - 1, state.Without(state.Notices[0]).Notices.Length);
    }

    private static NoticesState See(params AppView[] apps) =>
        apps.Aggregate(new NoticesState(), (state, app) => state.See(app, Ana));

    private static Rollout Begun(string release, Principal by) =>
        new()
        {
            Id = "r1",
            Kind = RolloutKind.Promote,
            Target = new() { Release = release },
            By = by,
            Started = default,
            Deadline = default,
        };

    private static AppView App(string release, Rollout? rollout = null) =>
        new()
        {
            Id = "a1",
            Generation = "2",
            Org = "main",
            Rack = "local",
            Name = "web",
            Status = AppStatus.Running,
            Release = release,
            Rollout = rollout,
        };
}
