using Palisade.Domain.Racks;
using Palisade.Racks;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Racks;

namespace Palisade.Browser.Tests;

public sealed class RacksPageStateTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(null, null, "eu prod prod-eu")]
    [InlineData("PROD", null, "prod prod-eu")]
    [InlineData("eu", "staging", "eu")]
    [InlineData("", "production", "prod prod-eu")]
    [InlineData("<img>", null, "")]
    public void The_query_finds_by_part_of_a_name_and_by_environment(string? search, string? environment, string names)
    {
        var state = State() with { Query = RacksQuery.From(search, environment) };

        Assert.Equal(names, string.Join(' ', state.Shown.Select(r => r.Rack.Name)));
    }

    [Theory]
    [InlineData("prod", "prod-eu")]
    [InlineData("eu", "prod-eu")]
    [InlineData("prod-eu", "eu prod")]
    public void A_rack_whose_name_contains_anothers_is_known_as_such(string name, string alike)
    {
        var state = State();

        Assert.Equal(alike, string.Join(' ', state.Alike(state.Shown.Single(r => r.Rack.Name == name))));
    }

    [Fact]
    public void What_was_read_stays_when_reading_it_again_fails()
    {
        var troubled = State().Troubled("away");

        Assert.Equal((3, "away"), (troubled.Shown.Length, troubled.Problem));
        Assert.Null(troubled.Loaded([]).Problem);
    }

    [Fact]
    public void Its_status_is_what_was_seen_of_it()
    {
        var here = Row("prod", "production").Sight with { Node = "here" };
        var health = new RackHealth(true, null, "") { LookedAt = At };

        Assert.Equal(new(Tone.Bad, "Unreachable"), (here with { Node = null }).Condition);
        Assert.Equal(new(Tone.None, "On another node"), here.Condition);
        Assert.Equal(
            new(Tone.Busy, "Starting"),
            (here with { Health = new RackHealth(false, "starting", "") }).Condition
        );
        var broken = here with { Health = health with { Healthy = false, Problem = "the router does not run" } };
        Assert.Equal((new(Tone.Bad, "Not ready"), "the router does not run"), (broken.Condition, broken.Why));
        var ready = here with { Health = health };
        Assert.Equal((new(Tone.Good, "Ready"), null), (ready.Condition, ready.Why));
        var updating = ready with { Rack = ready.Rack with { Status = "updating", Version = "3.19.0" } };
        Assert.Equal(new(Tone.Busy, "Updating to 3.19.0"), updating.Condition);
    }

    private static RacksPageState State() =>
        new RacksPageState().Loaded([Row("eu", "staging"), Row("prod", "production"), Row("prod-eu", "production")]);

    private static RackRow Row(string name, string environment) =>
        new()
        {
            Sight = new RackSight(
                new RackState
                {
                    Id = name,
                    Org = "acme",
                    Name = name,
                    Environment = environment,
                },
                null,
                null
            ),
        };
}
