using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Jobs;

namespace Palisade.Browser.Tests;

public sealed class JobLineTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(JobStatus.Queued, null, Tone.Busy, "Waits")]
    [InlineData(JobStatus.Queued, "no rack", Tone.Warn, "Tried again: no rack")]
    [InlineData(JobStatus.Running, null, Tone.Busy, "Half of it")]
    [InlineData(JobStatus.Done, null, Tone.Good, "Done")]
    [InlineData(JobStatus.Failed, "web: exited", Tone.Bad, "Failed: web: exited")]
    [InlineData(JobStatus.Dead, "no disk", Tone.Bad, "Given up after 3 attempts: no disk")]
    [InlineData(JobStatus.Cancelled, "cancelled", Tone.None, "Cancelled")]
    public void Its_status_is_said_in_words(JobStatus status, string? error, Tone tone, string text)
    {
        var row = Row(Operations.ReleasePromote, status) with { LastError = error };

        Assert.Equal(new AppCondition(tone, text), Line(row).Condition);
    }

    [Fact]
    public void One_that_is_asked_to_stop_is_being_cancelled_until_it_is_over()
    {
        var asked = Row(Operations.BuildCreate, JobStatus.Running) with { CancelRequested = true };

        Assert.Equal("Being cancelled", Line(asked).Condition.Text);
        Assert.Equal("Done", Line(asked with { Status = JobStatus.Done }).Condition.Text);
    }

    [Fact]
    public void It_is_named_by_what_it_does_and_what_that_is_about()
    {
        Assert.Equal("Promotion of RABC", Line(Row(Operations.ReleasePromote, JobStatus.Done)).Title);
        var build = Line(Row(Operations.BuildCreate, JobStatus.Done, "build.run"));
        Assert.Equal(("Build RABC", "main/local/web/RABC", null), (build.Title, build.Build.ToString(), build.Release));
        var rack = Line(Row(Operations.RackConverge, JobStatus.Done), "local");
        Assert.Equal(("local", "/o/main/racks/local", null), (rack.Target, rack.TargetPath, rack.App));
        var all = Line(Row(Operations.SystemMaintain, JobStatus.Done), "");
        Assert.Equal(("the organization", null), (all.Target, all.TargetPath));
    }

    [Theory]
    [InlineData(0.4, "less than 1 s")]
    [InlineData(12, "12 s")]
    [InlineData(184, "3 min 4 s")]
    [InlineData(7384, "2 h 3 min")]
    public void How_long_it_took_is_said_in_its_own_unit(double seconds, string took)
    {
        var row = Row(Operations.AppCreate, JobStatus.Done);

        Assert.Null(Line(row).Took);
        Assert.Equal(took, Line(row with { Started = At, Ended = At.AddSeconds(seconds) }).Took);
    }

    [Theory]
    [InlineData(null, null, null, null, true)]
    [InlineData("failed", "promote", "local", "WE", true)]
    [InlineData("done", null, null, null, false)]
    [InlineData(null, "build", null, null, false)]
    [InlineData(null, null, "loca", null, false)]
    [InlineData(null, null, null, "<img>", false)]
    [InlineData("<img>", "<img>", null, null, true)]
    public void The_query_finds_by_status_kind_rack_and_app(
        string? status,
        string? kind,
        string? rack,
        string? app,
        bool found
    )
    {
        var query = JobsQuery.From(status, kind, rack, app, null);

        Assert.Equal(found, query.Matches(Row(Operations.ReleasePromote, JobStatus.Dead)));
    }

    [Fact]
    public void A_query_is_the_same_after_it_was_an_address()
    {
        var query = JobsQuery.From("failed", "rack", "eu & us", "web", "converge-1");

        Assert.Equal("?status=failed&kind=rack&rack=eu%20%26%20us&app=web&before=converge-1", query.ToQueryString());
        Assert.Equal("", JobsQuery.From("x", "x", " ", null, "").ToQueryString());
    }

    private static JobLine Line(JobRow row, string on = "local/web") =>
        new(row, Principal.System, Resource.TryParse(on, out var resource) ? resource : default, "staging");

    private static JobRow Row(Operation operation, JobStatus status, string kind = "app.converge") =>
        new(
            new()
            {
                Id = "job",
                Kind = kind,
                Org = "main",
                Stream = "app/main/local/web",
                Operation = operation.Name,
                Resource = "local/web",
                Subject = "RABC",
                Caller = new()
                {
                    Principal = Principal.System,
                    SignIn = "job",
                    Ip = "",
                    Client = "",
                    RequestId = "000000000000",
                },
            },
            status,
            3,
            null,
            "half of it",
            null
        );
}
