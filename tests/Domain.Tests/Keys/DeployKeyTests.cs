using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;

namespace Palisade.Domain.Tests.Keys;

/// <summary>Given a key, when somebody does something with it, then this state or this refusal.</summary>
public sealed class DeployKeyTests
{
    private readonly KeyStory _story = new();

    [Fact]
    public void A_key_is_made_once_and_knows_its_maker()
    {
        _story.Create(by: "dev");

        Assert.Equal("dev", _story.State.MadeBy);
        Assert.Equal(new KeySecret("first", "dev", KeyStory.Start), Assert.Single(_story.State.Secrets));
        Assert.Equal("key.exists", _story.Create().Problem?.Code);
    }

    public static TheoryData<string, string> Unfit =>
        new()
        {
            { "name", "key.name_invalid" },
            { "no-name", "key.name_invalid" },
            { "racks", "access.bad_selector" },
            { "rack-name", "access.bad_selector" },
            { "rack-pattern", "access.bad_pattern" },
            { "apps", "access.bad_selector" },
            { "role", "role.unknown" },
            { "role-twice", "key.roles_invalid" },
            { "roles-many", "key.roles_invalid" },
            { "role-useless", "key.roles_invalid" },
            { "narrow", "key.roles_invalid" },
            { "network", "key.networks_invalid" },
            { "networks-many", "key.networks_invalid" },
            { "uses-none", "key.uses_invalid" },
            { "uses-many", "key.uses_invalid" },
            { "expired", "key.expiry_invalid" },
        };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void S17_a_key_that_is_not_well_formed_is_refused_with_the_reason(string what, string code)
    {
        var spec = KeyStory.Spec();
        spec = what switch
        {
            "name" => spec with { Name = "CI key" },
            "no-name" => spec with { Name = "" },
            "racks" => spec with { Racks = Selector.DenyAll },
            "rack-name" => spec with { Racks = Selector.Name("staging/web") },
            "rack-pattern" => spec with { Racks = Selector.Regex("(") },
            "apps" => spec with { Apps = Selector.DenyAll },
            "role" => spec with { Roles = ["role-unknown"] },
            "role-twice" => spec with { Roles = [KeyStory.Calm, KeyStory.Calm] },
            "roles-many" => spec with
            {
                Roles = [.. Enumerable.Range(0, DeployKeySpec.MaxRoles + 1).Select(i => $"r{i}")],
            },
            "role-useless" => spec with { Roles = [BuiltInRoles.Administrator.Id] },
            "narrow" => spec with { Narrow = true },
            "network" => spec with { Networks = ["here"] },
            "networks-many" => spec with
            {
                Networks = [.. Enumerable.Range(0, DeployKeySpec.MaxNetworks + 1).Select(i => $"10.0.0.{i}")],
            },
            "uses-none" => spec with { UseLimit = 0 },
            "uses-many" => spec with { UseLimit = DeployKeySpec.MaxUses + 1 },
            "expired" => spec with { Expires = KeyStory.Start },
            _ => throw new InvalidOperationException(what),
        };

        Assert.Equal(code, _story.Create(spec).Problem?.Code);
        Assert.False(_story.State.Exists);
    }

    [Fact]
    public void Networks_are_kept_in_one_form()
    {
        _story.Create(
            KeyStory.Spec() with
            {
                Networks = ["203.0.113.7", "10.1.2.3/8", "10.0.0.0/8", "2001:DB8::1/32"],
            }
        );

        Assert.Equal(["203.0.113.7/32", "10.0.0.0/8", "2001:db8::/32"], _story.State.Spec!.Networks.AsEnumerable());
    }

    [Theory]
    [InlineData("ada", "staging", null)]
    [InlineData("dev", "staging", null)]
    [InlineData("dev", "prod", "access.escalation")]
    [InlineData("dev", "*", "access.escalation")]
    [InlineData("audi", "staging", "access.escalation")]
    [InlineData("stranger", "staging", "access.escalation")]
    public void S15_nobody_makes_a_key_that_may_do_what_they_may_not_the_default_operations_included(
        string by,
        string racks,
        string? code
    )
    {
        var result = _story.Create(KeyStory.Spec(racks == "*" ? Selector.AllowAll : Selector.Name(racks)), by);

        Assert.Equal(code, result.Problem?.Code);
    }

    [Fact]
    public void S15_a_role_on_a_key_is_compared_too_and_so_is_a_narrow_key()
    {
        var reader = KeyStory.Spec() with { Roles = [BuiltInRoles.Deployer.Id], Narrow = true };

        Assert.Equal(
            "access.escalation",
            _story.Create(KeyStory.Spec() with { Roles = [BuiltInRoles.OperatorV2.Id] }, "dev").Problem?.Code
        );
        Assert.Equal("access.escalation", _story.Create(reader, "audi").Problem?.Code);
        Assert.True(_story.Create(reader, "dev").Ok);
    }

    [Fact]
    public void S15_nobody_changes_or_is_shown_a_key_that_may_do_what_they_may_not()
    {
        _story.Create(KeyStory.Spec(Selector.List("staging", "prod")));

        Assert.Equal(
            "access.escalation",
            _story.Update(_story.State.Spec! with { Expires = KeyStory.Start.AddYears(1) }, "dev").Problem?.Code
        );
        Assert.Equal("access.escalation", _story.Roll(TimeSpan.Zero, "second", "dev").Problem?.Code);
        Assert.True(_story.Update(KeyStory.Spec(), "dev").Ok);
        Assert.True(_story.Roll(TimeSpan.Zero, "second", "dev").Ok);
    }

    [Fact]
    public void S15_no_key_makes_or_rolls_a_key()
    {
        _story.Create();
        var context = _story.By("ada");
        var key = context with
        {
            Caller = context.Caller with { Principal = new(PrincipalKind.DeployKey, "ada", "ada") },
        };

        Assert.Equal(
            "key.maker_invalid",
            DeployKeyDecisions
                .Create(
                    new() { Id = "x" },
                    new(),
                    _story.Org,
                    new("x", "c", KeyStory.Spec() with { Name = "other" }),
                    key
                )
                .Problem?.Code
        );
        Assert.Equal(
            "key.maker_invalid",
            DeployKeyDecisions.Roll(_story.State, _story.Org, "c", TimeSpan.Zero, key).Problem?.Code
        );
        Assert.Equal(
            "access.escalation",
            DeployKeyDecisions.Update(_story.State, new(), _story.Org, KeyStory.Spec(), key).Problem?.Code
        );
    }

    [Fact]
    public void A_key_is_only_changed_from_what_whoever_changes_it_saw()
    {
        _story.Create();
        var before = _story.State.Spec!;
        var narrow = before with { Narrow = true };

        Assert.Equal("key.stale", Update(narrow).Problem?.Code);
        Assert.Single(Update(before).Value.Events);

        Result<Decision<DeployKeyEvent, Done>> Update(DeployKeySpec from) =>
            DeployKeyDecisions.Update(
                _story.State,
                _story.Registry,
                _story.Org,
                before with
                {
                    UseLimit = 7,
                },
                _story.By("ada"),
                from
            );
    }

    [Fact]
    public void An_update_replaces_everything_and_one_that_says_the_same_changes_nothing()
    {
        _story.Create();
        var after = KeyStory.Spec() with
        {
            Name = "ci-two",
            UseLimit = 3,
            Networks = ["10.0.0.0/8"],
            Expires = KeyStory.Start.AddDays(9),
        };

        Assert.True(_story.Update(after).Ok);
        Assert.Equal(after, _story.State.Spec);
        Assert.Empty(_story.Update(after).Value.Events);
        Assert.Equal("first", Assert.Single(_story.State.Secrets).CredentialId);
    }

    [Fact]
    public void A_rolled_key_keeps_its_id_and_both_secrets_work_for_the_chosen_time()
    {
        _story.Create();
        _story.Now = KeyStory.Start.AddDays(1);

        _story.Roll(TimeSpan.FromDays(2), "second", "dev");

        Assert.Equal(
            [("first", KeyStory.Start.AddDays(3)), ("second", null)],
            _story.State.Secrets.Select(s => (s.CredentialId, s.Until))
        );
        Assert.True(_story.State.Secrets[0].WorksAt(KeyStory.Start.AddDays(3).AddTicks(-1)));
        Assert.False(_story.State.Secrets[0].WorksAt(KeyStory.Start.AddDays(3)));

        _story.Roll(TimeSpan.FromDays(1), "third");
        Assert.Equal(
            [
                ("first", KeyStory.Start.AddDays(2)),
                ("second", KeyStory.Start.AddDays(2)),
                ("third", (DateTimeOffset?)null),
            ],
            _story.State.Secrets.Select(s => (s.CredentialId, s.Until))
        );

        _story.Roll(TimeSpan.Zero, "fourth");
        Assert.Equal("fourth", Assert.Single(_story.State.Secrets).CredentialId);
    }

    [Fact]
    public void A_shorter_end_of_an_older_secret_stays()
    {
        _story.Create();
        _story.Roll(TimeSpan.FromDays(1), "second");

        _story.Roll(TimeSpan.FromDays(30), "third");

        Assert.Equal(
            [KeyStory.Start.AddDays(1), KeyStory.Start.AddDays(30), null],
            _story.State.Secrets.Select(s => s.Until)
        );
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(30 * 86_400 + 1)]
    public void An_overlap_is_nothing_to_thirty_days(int seconds)
    {
        _story.Create();

        Assert.Equal("key.overlap_invalid", _story.Roll(TimeSpan.FromSeconds(seconds), "second").Problem?.Code);
    }

    [Fact]
    public void Secrets_that_work_at_the_same_time_are_few()
    {
        _story.Create();
        for (var i = 1; i < DeployKeyState.MaxSecrets; i++)
        {
            Assert.True(_story.Roll(TimeSpan.FromDays(1), $"more-{i}").Ok);
        }

        Assert.Equal("key.too_many_secrets", _story.Roll(TimeSpan.FromDays(1), "one too many").Problem?.Code);
        Assert.True(_story.Roll(TimeSpan.Zero, "instead").Ok);
    }

    [Fact]
    public void Uses_are_counted_up_to_the_limit_and_a_raised_limit_goes_on()
    {
        _story.Create(KeyStory.Spec() with { UseLimit = 2 });

        Assert.True(_story.Use().Ok);
        Assert.True(_story.Use().Ok);
        Assert.Equal("key.used_up", _story.Use().Problem?.Code);

        _story.Update(_story.State.Spec! with { UseLimit = 3 });
        Assert.True(_story.Use().Ok);
        Assert.Equal("key.used_up", _story.Use().Problem?.Code);

        _story.Update(_story.State.Spec! with { UseLimit = null });
        Assert.Empty(_story.Use().Value.Events);
        _story.Update(_story.State.Spec! with { UseLimit = 1 });
        Assert.Single(_story.Use().Value.Events);
    }

    [Fact]
    public void A_reported_or_expired_key_is_over_and_can_only_be_deleted()
    {
        _story.Create(KeyStory.Spec() with { Expires = KeyStory.Start.AddDays(1) });
        _story.Now = KeyStory.Start.AddDays(1);
        Assert.Equal("key.expired", _story.Update(KeyStory.Spec()).Problem?.Code);
        Assert.Equal("key.expired", _story.Roll(TimeSpan.Zero, "second").Problem?.Code);

        _story.Now = KeyStory.Start;
        Assert.True(_story.Report().Ok);
        Assert.Empty(_story.Report().Value.Events);
        Assert.Equal("key.reported", _story.Update(KeyStory.Spec()).Problem?.Code);
        Assert.Equal("key.reported", _story.Roll(TimeSpan.Zero, "second").Problem?.Code);

        Assert.True(_story.Delete().Ok);
        Assert.Equal("key.not_found", _story.Delete().Problem?.Code);
        Assert.Equal("key.not_found", _story.Update(KeyStory.Spec()).Problem?.Code);
        Assert.Equal("key.not_found", _story.Roll(TimeSpan.Zero, "second").Problem?.Code);
        Assert.Equal("key.not_found", _story.Report().Problem?.Code);
    }

    [Fact]
    public void A_key_is_known_to_its_maker_and_to_whoever_has_a_secret_that_works()
    {
        _story.Create();
        _story.Roll(TimeSpan.FromDays(1), "second", "dev");
        var view = DeployKeyView.Of(_story.State);

        Assert.Equal(new KnownKey(KeyStory.Id, "ci", Made: true, HasSecret: true), view.KnownTo("ada", KeyStory.Start));
        Assert.Equal(
            new KnownKey(KeyStory.Id, "ci", Made: true, HasSecret: false),
            view.KnownTo("ada", KeyStory.Start.AddDays(1))
        );
        Assert.Equal(
            new KnownKey(KeyStory.Id, "ci", Made: false, HasSecret: true),
            view.KnownTo("dev", KeyStory.Start)
        );
        Assert.Null(view.KnownTo("audi", KeyStory.Start));
    }

    [Fact]
    public void The_row_of_a_key_is_there_while_the_key_is_and_survives_being_stored()
    {
        _story.Create(
            KeyStory.Spec() with
            {
                UseLimit = 3,
                Networks = ["10.0.0.0/8"],
                Roles = [KeyStory.Calm],
                Expires = KeyStory.Start.AddDays(3),
            }
        );
        var row = Assert.Single(DeployKeyView.Project("acme", KeyStory.Id, _story.State));
        var read = ViewJson.Read<DeployKeyView>(row.Json!);

        Assert.Equal((_story.State.Spec, "ci"), (read.Spec, row.Sort));
        Assert.Equal(_story.State.Secrets, read.Secrets.AsEnumerable());

        _story.Delete();
        Assert.Null(Assert.Single(DeployKeyView.Project("acme", KeyStory.Id, _story.State)).Json);
    }
}
