using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Dashboard;

namespace Palisade.Browser.Tests;

public sealed class DashboardStateTests
{
    [Theory]
    [InlineData(0, 0, 0, "Nothing is deployed yet.")]
    [InlineData(1, 0, 0, "The only app is as it should be.")]
    [InlineData(3, 0, 0, "All 3 apps are as they should be.")]
    [InlineData(1, 1, 0, "1 of 2 apps needs attention.")]
    [InlineData(0, 2, 1, "2 of 3 apps need attention; 1 change is under way.")]
    [InlineData(1, 0, 2, "All 3 apps are as they should be; 2 changes are under way.")]
    public void One_sentence_says_how_things_are(int good, int bad, int busy, string sentence) =>
        Assert.Equal(sentence, State(good, bad, busy).Sentence);

    [Fact]
    public void Who_sees_no_rack_is_told_so() =>
        Assert.Equal("There is no rack here that you may see.", new DashboardState().Sentence);

    [Fact]
    public void An_app_whose_last_change_failed_needs_attention_though_it_runs()
    {
        var state = State(1, 1, 1);

        Assert.Equal(["local/bad0"], state.Attention.Select(row => row.Key));
        Assert.Equal(["local/busy0"], state.UnderWay.Select(row => row.Key));
        Assert.Equal((3, 2, 2), state.On(state.All.Racks[0]));
    }

    [Fact]
    public void An_app_whose_last_change_was_cancelled_needs_none()
    {
        var state = State(1, 0, 0);
        var row = state.All.Apps.Values.Single();
        var cancelled = row with
        {
            App = row.App with { LastFailure = "cancelled", LastFailed = new("1", "rollout.cancelled", "cancelled") },
        };
        var after = state with { All = AppsPageState.Reduce(state.All, new AppsChange.Seen(cancelled)) };

        Assert.Empty(after.Attention);
    }

    private static DashboardState State(int good, int bad, int busy)
    {
        var rack = new RackState { Org = "main", Name = "local" };
        AppRow[] rows =
        [
            .. Enumerable.Range(0, good).Select(i => Row($"good{i}", AppStatus.Running)),
            .. Enumerable.Range(0, bad).Select(i => Row($"bad{i}", AppStatus.Running, "it exited with 1")),
            .. Enumerable.Range(0, busy).Select(i => Row($"busy{i}", AppStatus.Creating)),
        ];
        return new()
        {
            All = AppsPageState.Reduce(
                new() { Org = "main" },
                new AppsChange.Loaded([new(new(rack, null, null), null)], [.. rows])
            ),
        };
    }

    private static AppRow Row(string name, string status, string? failure = null) =>
        new()
        {
            App = new()
            {
                Id = name,
                Generation = "2",
                Org = "main",
                Rack = "local",
                Name = name,
                Status = status,
                LastFailure = failure,
                Release = status == AppStatus.Running ? "RABCDEFGHIJ" : "",
            },
            Healthy = status == AppStatus.Running ? 1 : null,
            Desired = status == AppStatus.Running ? 1 : null,
        };
}
