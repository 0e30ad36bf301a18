using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Racks;
using Palisade.Web.Components.Racks.Detail;

namespace Palisade.Browser.Tests;

public sealed class DriftRowTests
{
    private const string Old = "RAAAAAAAAAA";
    private const string New = "RBBBBBBBBBB";

    [Theory]
    [InlineData("", "0 healthy", "Too few")]
    [InlineData("web:new:Running", "1 healthy", "Too few")]
    [InlineData("web:new:Running web:new:Running", "2 healthy", "As it should be")]
    [InlineData("web:new:Running web:new:Unhealthy", "1 healthy, 1 not healthy", "Too few")]
    [InlineData("web:new:Running web:new:Running web:new:Pending", "2 healthy, 1 not healthy", "Too many")]
    [InlineData("web:new:Running web:new:Running web:old:Running", "2 healthy, 1 of other releases", "Too many")]
    [InlineData("web:new:Running web:new:Running web:new:Crashed", "2 healthy", "As it should be")]
    public void A_service_is_compared_with_what_its_release_wants(string runs, string seen, string status)
    {
        var row = Assert.Single(DriftRow.Of(App(), [Service()], Processes(runs)));

        Assert.Equal(($"2 processes of {New}", seen, status), (row.Wanted, row.Seen, row.Condition.Text));
        Assert.Equal(status != "As it should be", row.Differs);
    }

    [Fact]
    public void What_no_release_wants_should_not_be_there()
    {
        var rows = DriftRow.Of(App(), [Service()], Processes("web:new:Running web:new:Running worker:old:Running"));

        Assert.Equal(
            [("web", "As it should be"), ("worker", "Too many")],
            rows.Select(r => (r.Service, r.Condition.Text))
        );
        Assert.Empty(DriftRow.Of(App() with { Release = "" }, [], Processes("web:old:Complete")));
    }

    [Fact]
    public void What_is_being_changed_is_on_its_way()
    {
        var changing = App() with
        {
            Rollout = new Rollout
            {
                Id = "1",
                Kind = RolloutKind.Promote,
                Target = new Deployment { Release = New },
                Started = DateTimeOffset.UnixEpoch,
                Deadline = DateTimeOffset.UnixEpoch,
                By = Principal.System,
            },
        };

        var row = Assert.Single(DriftRow.Of(changing, [Service()], Processes("web:new:Running")));

        Assert.Equal($"On its way to {New}", row.Condition.Text);
    }

    private static AppView App() =>
        new()
        {
            Id = "0123456789",
            Org = "acme",
            Rack = "prod",
            Name = "shop",
            Status = AppStatus.Running,
            Generation = "3",
            Release = New,
            Current = Deployment.None,
        };

    private static DesiredService Service() =>
        new()
        {
            Name = "web",
            Release = New,
            Image = "",
            Environment = new(ImmutableSortedDictionary<string, string>.Empty),
            Health = new DesiredHealth("/", 5, 4, 5),
            Count = 2,
            Cpu = 100,
            Memory = 64,
            SpecHash = "",
        };

    /// <summary><c>service:new|old:Status</c>, by spaces.</summary>
    private static ImmutableArray<ObservedProcess> Processes(string runs) =>
        [
            .. runs.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(run => run.Split(':'))
                .Select(
                    (run, i) =>
                        new ObservedProcess
                        {
                            Id = $"{run[0]}-{i}",
                            Service = run[0],
                            Release = run[1] == "new" ? New : Old,
                            Status = Enum.Parse<ProcessStatus>(run[2]),
                        }
                ),
        ];
}
