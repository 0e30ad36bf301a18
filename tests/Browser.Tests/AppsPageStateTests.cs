using Palisade.Domain.Apps;
using Palisade.Domain.Racks;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Racks;

namespace Palisade.Browser.Tests;

public sealed class AppsPageStateTests
{
    private static readonly AppsPageState Empty = new() { Org = "acme" };

    [Fact]
    public void Loading_replaces_everything_and_a_later_look_replaces_one_app()
    {
        var loaded = AppsPageState.Reduce(
            Empty,
            new AppsChange.Loaded([Rack("prod")], [App("prod", "web"), App("prod", "api")])
        );

        var seen = AppsPageState.Reduce(loaded, new AppsChange.Seen(App("prod", "web", AppStatus.Updating)));

        Assert.Equal(["api", "web"], seen.Sections.Single().Apps.Select(a => a.App.Name));
        Assert.Equal(AppStatus.Updating, seen.Apps["prod/web"].App.Status);
        Assert.Equal(AppStatus.Running, seen.Apps["prod/api"].App.Status);
    }

    [Fact]
    public void Trouble_keeps_what_was_shown_and_the_next_success_clears_it()
    {
        var loaded = AppsPageState.Reduce(Empty, new AppsChange.Loaded([Rack("prod")], [App("prod", "web")]));

        var troubled = AppsPageState.Reduce(loaded, new AppsChange.Trouble("no"));
        var well = AppsPageState.Reduce(troubled, new AppsChange.Gone("prod/web"));

        Assert.Equal("no", troubled.Problem);
        Assert.Single(troubled.Apps);
        Assert.Null(well.Problem);
        Assert.True(well.IsEmpty);
    }

    [Fact]
    public void The_query_narrows_by_rack_and_name_and_comes_back_from_its_own_text()
    {
        var query = AppsQuery.From(" We ", "prod");
        var loaded = AppsPageState.Reduce(
            Empty with
            {
                Query = query,
            },
            new AppsChange.Loaded(
                [Rack("prod"), Rack("test")],
                [App("prod", "web"), App("prod", "api"), App("test", "web")]
            )
        );

        Assert.Equal("?q=We&rack=prod", query.ToQueryString());
        Assert.Equal("", AppsQuery.All.ToQueryString());
        Assert.Equal(["prod/web"], loaded.Sections.SelectMany(s => s.Apps).Select(a => a.Key));
    }

    [Fact]
    public void A_running_app_with_too_few_healthy_processes_says_so()
    {
        var short1 = App("prod", "web") with { Healthy = 1, Desired = 3 };

        Assert.Equal(new AppCondition(Tone.Warn, "Not all processes healthy"), short1.Condition);
        Assert.Equal(new AppCondition(Tone.Warn, "No healthy process"), (short1 with { Healthy = 0 }).Condition);
        Assert.Equal(new AppCondition(Tone.Good, "Running"), (short1 with { Healthy = 3 }).Condition);
        Assert.Equal(Tone.Bad, App("prod", "web", AppStatus.Rollback).Condition.Tone);
    }

    [Fact]
    public void An_app_of_a_rack_that_does_not_answer_is_not_said_to_run()
    {
        var silent = App("prod", "web") with { IsSilent = true, Desired = 3 };

        Assert.Equal(new AppCondition(Tone.Warn, "Not known: its rack does not answer"), silent.Condition);
    }

    private static RackGroup Rack(string name) =>
        new(
            new RackSight(
                new RackState
                {
                    Id = name,
                    Org = "acme",
                    Name = name,
                    Environment = "production",
                    Status = "running",
                },
                Node: null,
                Health: null
            ),
            null
        );

    private static AppRow App(string rack, string name, string status = AppStatus.Running) =>
        new()
        {
            App = new AppView
            {
                Id = $"{rack}{name}",
                Org = "acme",
                Rack = rack,
                Name = name,
                Status = status,
                Generation = "3",
                Release = "RABCDEFGHIJ",
                Current = Deployment.None,
            },
        };
}
