using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Tests.Audit.Sinks;

public sealed class SinkDecisionsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_webhook_begins_where_it_is_told_and_no_later_than_the_log_ends()
    {
        var state = Applied(new(), SinkDecisions.Create(new(), Webhook(from: 7), 7));

        Assert.Equal(7, state.Sinks["sink-1"].From);
        Assert.Equal("sink.bad_start", SinkDecisions.Create(new(), Webhook(from: 8), 7).Problem!.Code);
        Assert.Equal("sink.bad_start", SinkDecisions.Create(new(), Webhook(from: -1), 7).Problem!.Code);
    }

    [Theory]
    [InlineData("Has Space")]
    [InlineData("")]
    [InlineData("1st")]
    public void A_name_has_the_form_of_all_names(string name) =>
        Assert.Equal("sink.name_invalid", SinkDecisions.Create(new(), Webhook() with { Name = name }, 0).Problem!.Code);

    [Fact]
    public void A_name_is_given_once_and_there_are_not_too_many()
    {
        var state = new AuditState();
        for (var i = 0; i < SinkRules.MaxSinks; i++)
        {
            state = Applied(state, SinkDecisions.Create(state, Webhook($"sink-{i}", $"name{i}"), 0));
        }

        Assert.Equal("sink.limit", SinkDecisions.Create(state, Webhook("sink-x", "other"), 0).Problem!.Code);
        Assert.Equal("sink.name_taken", SinkDecisions.Create(state, Webhook("sink-x", "name3"), 0).Problem!.Code);
        Assert.Equal("sink.name_taken", Update(state, "sink-1", name: "name3").Problem!.Code);
        Assert.Empty(Update(state, "sink-1", name: "name1").Value.Events);
    }

    [Fact]
    public void A_webhook_has_a_URL_and_a_file_has_none()
    {
        Assert.Equal("sink.no_url", SinkDecisions.Create(new(), Webhook() with { Target = null }, 0).Problem!.Code);
        Assert.Equal(
            "sink.no_url",
            SinkDecisions.Create(new(), Webhook() with { Kind = SinkKind.File }, 0).Problem!.Code
        );
        var state = Applied(new(), SinkDecisions.Create(new(), File(), 0));
        Assert.Equal("sink.no_url", Update(state, "sink-1", target: Target).Problem!.Code);
        Assert.Equal(
            "sink.no_secret",
            SinkDecisions.Roll(state, "sink-1", Secret("s2", Start), TimeSpan.Zero).Problem!.Code
        );
    }

    [Fact]
    public void A_rolled_secret_signs_beside_the_new_one_until_its_time_is_over()
    {
        var state = Applied(new(), SinkDecisions.Create(new(), Webhook(), 0));
        state = Applied(state, SinkDecisions.Roll(state, "sink-1", Secret("s2", Start.AddHours(1)), Hours(2)));

        Assert.Equal(["s1", "s2"], Signing(state, Start.AddHours(2.9)));
        Assert.Equal(["s2"], Signing(state, Start.AddHours(3)));

        state = Applied(state, SinkDecisions.Roll(state, "sink-1", Secret("s3", Start.AddHours(2)), TimeSpan.Zero));
        Assert.Equal(["s3"], Signing(state, Start.AddHours(2)));
        Assert.Single(state.Sinks["sink-1"].Secrets);
    }

    [Fact]
    public void An_overlap_and_the_number_of_secrets_are_bounded()
    {
        var state = Applied(new(), SinkDecisions.Create(new(), Webhook(), 0));
        Assert.Equal(
            "sink.overlap_invalid",
            SinkDecisions.Roll(state, "sink-1", Secret("s", Start), Hours(24 * 31)).Problem!.Code
        );
        Assert.Equal(
            "sink.overlap_invalid",
            SinkDecisions.Roll(state, "sink-1", Secret("s", Start), Hours(-1)).Problem!.Code
        );
        for (var i = 2; i <= SinkRules.MaxSecrets; i++)
        {
            state = Applied(state, SinkDecisions.Roll(state, "sink-1", Secret($"s{i}", Start), Hours(1)));
        }

        Assert.Equal(
            "sink.too_many_secrets",
            SinkDecisions.Roll(state, "sink-1", Secret("s", Start), Hours(1)).Problem!.Code
        );
        Assert.True(SinkDecisions.Roll(state, "sink-1", Secret("s", Start), TimeSpan.Zero).Ok);
    }

    [Fact]
    public void It_is_paused_by_people_or_by_its_failures_and_begun_again_under_a_new_number()
    {
        var state = Applied(new(), SinkDecisions.Create(new(), Webhook(), 0));
        Assert.Empty(Update(state, "sink-1", enabled: true).Value.Events);

        state = Applied(state, SinkDecisions.GiveUp(state, "sink-1", "it failed", Context));
        Assert.Equal("it failed", state.Sinks["sink-1"].Paused!.Why);
        Assert.Empty(SinkDecisions.GiveUp(state, "sink-1", "again", Context).Value.Events);

        state = Applied(state, Update(state, "sink-1", enabled: true));
        Assert.Equal((null, 2), (state.Sinks["sink-1"].Paused, state.Sinks["sink-1"].Run));
        state = Applied(state, Update(state, "sink-1", enabled: false));
        Assert.Equal(SinkDecisions.ByHand, state.Sinks["sink-1"].Paused!.Why);
    }

    [Fact]
    public void What_is_deleted_is_gone()
    {
        var state = Applied(new(), SinkDecisions.Create(new(), Webhook(), 0));
        state = Applied(state, SinkDecisions.Delete(state, "sink-1"));

        Assert.Empty(state.Sinks);
        foreach (
            var problem in new[]
            {
                SinkDecisions.Delete(state, "sink-1").Problem,
                Update(state, "sink-1", name: "x").Problem,
                SinkDecisions.Roll(state, "sink-1", Secret("s", Start), TimeSpan.Zero).Problem,
            }
        )
        {
            Assert.Equal("sink.not_found", problem!.Code);
        }

        Assert.Empty(SinkDecisions.GiveUp(state, "sink-1", "late", Context).Value.Events);
    }

    [Fact]
    public void Each_failure_waits_twice_as_long_up_to_a_bound()
    {
        var first = TimeSpan.FromSeconds(1);

        Assert.Equal(
            [1, 2, 4, 256, 300, 300],
            new[] { 1, 2, 3, 9, 10, 1_000_000 }.Select(n => SinkRules.Backoff(n, first).TotalSeconds)
        );
    }

    private static SinkTarget Target { get; } = new("hooks.example.test", new("k", [1], [2]));

    private static DecideContext Context { get; } =
        new(
            Start,
            new()
            {
                Principal = Principal.System,
                SignIn = "job",
                Ip = "",
                Client = "",
                RequestId = "000000000000",
            },
            null!
        );

    private static Sink Webhook(string id = "sink-1", string name = "siem", long from = 0) =>
        new()
        {
            Id = id,
            Kind = SinkKind.Webhook,
            Name = name,
            From = from,
            Created = Start,
            Target = Target,
            Secrets = [Secret("s1", Start)],
        };

    private static Sink File() => Webhook() with { Kind = SinkKind.File, Target = null, Secrets = [] };

    private static SinkSecret Secret(string id, DateTimeOffset since) => new(id, new("k", [1], [2]), since);

    private static TimeSpan Hours(double hours) => TimeSpan.FromHours(hours);

    private static Result<Decision<AuditEvent, Done>> Update(
        AuditState state,
        string id,
        string? name = null,
        SinkTarget? target = null,
        bool? enabled = null
    ) => SinkDecisions.Update(state, id, name, target, enabled, Context);

    private static string[] Signing(AuditState state, DateTimeOffset at) =>
        [.. state.Sinks["sink-1"].Secrets.Where(s => s.SignsAt(at)).Select(s => s.Id)];

    private static AuditState Applied(AuditState state, Result<Decision<AuditEvent, Done>> decided) =>
        decided.Value.Events.Aggregate(state, AuditState.Apply);
}
