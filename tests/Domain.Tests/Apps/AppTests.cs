using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Tests.Apps;

/// <summary>Given an app, when something is decided, then these events or this refusal.</summary>
public sealed class AppTests
{
    private static readonly AppRef Web = AppRef.Parse("acme/staging/web");

    private AppState _state = new();
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private int _ids;

    [Theory]
    [InlineData("Web", "app.name_invalid")]
    [InlineData("", "app.name_invalid")]
    [InlineData("1web", "app.name_invalid")]
    [InlineData("we%b", "app.name_invalid")]
    [InlineData("rack", "app.name_reserved")]
    [InlineData("system", "app.name_reserved")]
    public void A_name_has_its_grammar(string name, string code) =>
        Assert.Equal(code, AppLifecycle.Create(_state, Web with { App = name }, null, 0, Context()).Problem?.Code);

    [Fact]
    public void S08_apps_of_an_organization_are_bounded()
    {
        Assert.Equal(
            "app.limit",
            AppLifecycle.Create(_state, Web, null, AppLifecycle.MaxAppsPerOrg, Context()).Problem?.Code
        );
        Assert.True(AppLifecycle.Create(_state, Web, null, AppLifecycle.MaxAppsPerOrg - 1, Context()).Ok);
    }

    [Fact]
    public void The_oldest_releases_go_but_never_the_running_or_the_wanted_one()
    {
        Given();
        var first = Build("BAAAAAAAAAA");
        Promote(first);
        var wanted = Build("BBBBBBBBBBB");
        Do(AppRollouts.Promote(_state, Web, wanted, false, null, Context()));

        for (var i = 0; i < AppState.MaxReleases + 50; i++)
        {
            Build($"B{i}");
        }

        Assert.Equal(AppState.MaxReleases, _state.Releases.Count);
        Assert.NotNull(_state.FindRelease(first));
        Assert.NotNull(_state.FindRelease(wanted));
        Assert.Equal(first, _state.Releases[0].Id);
    }

    [Fact]
    public void Reports_about_another_rollout_change_nothing()
    {
        Given();
        Promote(Build("BAAAAAAAAAA"));
        var (second, third) = (Build("BBBBBBBBBBB"), Build("BCCCCCCCCCC"));
        Do(AppRollouts.Promote(_state, Web, second, false, null, Context()));
        var old = _state.Rollout!.Id;
        Do(AppRollouts.Promote(_state, Web, third, true, null, Context()));

        Assert.Empty(AppRollouts.Succeeded(_state, old).Value.Events);
        Assert.Empty(AppRollouts.Failed(_state, old, "x", "x").Value.Events);
        Assert.Empty(AppRollouts.Reverted(_state, _state.Rollout!.Id).Value.Events);
        Do(AppRollouts.Failed(_state, _state.Rollout.Id, "rollout.crashed", "why\0 " + new string('x', 5000)));
        Assert.Equal((AppStatus.Rollback, AppRollouts.MaxCause), (_state.Status, _state.LastFailure!.Length));
        Assert.Empty(AppRollouts.Succeeded(_state, _state.Rollout.Id).Value.Events);
    }

    [Fact]
    public void Scale_is_kept_over_releases_and_a_failed_one_is_not()
    {
        Given();
        Promote(Build("BAAAAAAAAAA"));
        Do(AppRollouts.Scale(_state, Web, "web", new ScaleOverride(3, null, null), Context()));
        Do(AppRollouts.Succeeded(_state, _state.Rollout!.Id));
        Do(AppRollouts.Scale(_state, Web, "web", new ScaleOverride(null, null, 8), Context()));
        Do(AppRollouts.Failed(_state, _state.Rollout!.Id, "rollout.crashed", "memory"));
        Do(AppRollouts.Reverted(_state, _state.Rollout!.Id));

        Promote(Build("BBBBBBBBBBB"));

        Assert.Equal(new ScaleOverride(3, null, null), _state.Current.Scale["web"]);
        Assert.Empty(AppRollouts.Scale(_state, Web, "web", new ScaleOverride(3, null, null), Context()).Value.Events);
    }

    [Theory]
    [InlineData(1001, null, null)]
    [InlineData(-1, null, null)]
    [InlineData(null, 9, null)]
    [InlineData(null, 64_001, null)]
    [InlineData(null, null, 3)]
    [InlineData(null, null, 1_048_577)]
    public void Scale_has_bounds(int? count, int? cpu, int? memory)
    {
        Given();
        Promote(Build("BAAAAAAAAAA"));

        Assert.Equal(
            "scale.invalid",
            AppRollouts.Scale(_state, Web, "web", new ScaleOverride(count, cpu, memory), Context()).Problem?.Code
        );
    }

    [Fact]
    public void A_build_makes_one_release_however_often_it_is_told()
    {
        Given();
        var command = new NewRelease
        {
            Build = "BAAAAAAAAAA",
            BuildDescription = "d",
            OncePerBuild = true,
        };
        var first = AppReleases.Create(_state, Web, command, Context());
        Do(first);

        var again = AppReleases.Create(_state, Web, command, Context());

        Assert.Empty(again.Value.Events);
        Assert.Equal(first.Value.Answer.Id, again.Value.Answer.Id);
    }

    [Fact]
    public void S20_only_a_change_of_the_environment_since_the_parent_is_a_conflict()
    {
        Given();
        Environment(1, ("A", "1"));
        var read = _state.EnvironmentKeys;
        Build("BAAAAAAAAAA");
        Assert.True(Env(2, read, 1, ("A", "2")).Ok);
        Environment(2, ("A", "1"), ("B", "1"));

        var late = Env(3, read, 1, ("A", "2"));

        Assert.Equal("env.moved", late.Problem?.Code);
        Assert.Equal("env.version_moved", Env(2, read, 1, ("A", "2")).Problem?.Code);
    }

    [Fact]
    public void Nothing_is_done_to_an_app_that_is_not_there_or_going()
    {
        Refused("app.not_found");
        Given();
        Do(AppLifecycle.Delete(_state, Web));
        Refused("app.deleting");
        Assert.Empty(AppLifecycle.Delete(_state, Web).Value.Events);
        Do(AppLifecycle.Deleted(_state));
        Assert.Equal(new AppState().Id, _state.Id);

        void Refused(string code)
        {
            Assert.Equal(code, AppLifecycle.Update(_state, Web, true, null).Problem?.Code);
            Assert.Equal(code, AppReleases.Create(_state, Web, new NewRelease(), Context()).Problem?.Code);
            Assert.Equal(code, AppRollouts.Promote(_state, Web, "R", true, null, Context()).Problem?.Code);
            Assert.Equal(code, AppRollouts.Scale(_state, Web, "web", new(1, null, null), Context()).Problem?.Code);
            Assert.Equal(code, AppRollouts.Restart(_state, Web, "web", Context()).Problem?.Code);
            Assert.Equal(code, AppRollouts.Cancel(_state, Web).Problem?.Code);
        }
    }

    [Fact]
    public void A_deleted_apps_rows_go_with_it()
    {
        var rows = AppProjection.Project(Web, new AppState(), new AppDeleted());

        Assert.Equal(
            [
                ("app", "staging/web", false),
                ("build", "staging/web/", true),
                ("env", "staging/web/", true),
                ("release", "staging/web/", true),
            ],
            rows.Select(r => (r.Kind, r.Key, r.Prefix)).Order()
        );
        Assert.All(rows, r => Assert.Null(r.Json));
    }

    private void Given()
    {
        Do(AppLifecycle.Create(_state, Web, null, 0, Context()));
        Do(AppLifecycle.Ready(_state));
    }

    private string Build(string build)
    {
        var made = AppReleases.Create(_state, Web, new NewRelease { Build = build, BuildDescription = "" }, Context());
        Do(made);
        return made.Value.Answer.Id;
    }

    private void Promote(string release)
    {
        Do(AppRollouts.Promote(_state, Web, release, false, null, Context()));
        Do(AppRollouts.Succeeded(_state, _state.Rollout!.Id));
    }

    private void Environment(int version, params (string, string)[] keys) => Do(Env(version, null, null, keys));

    private Result<Decision<AppEvent, ReleaseCreated>> Env(
        int version,
        ImmutableSortedDictionary<string, string>? read,
        int? parent,
        params (string Key, string Value)[] keys
    ) =>
        AppReleases.Create(
            _state,
            Web,
            new NewRelease
            {
                Environment = new NewEnvironment(
                    version,
                    new Sealed("k", [], []),
                    keys.ToImmutableSortedDictionary(k => k.Key, k => k.Value)
                )
                {
                    ParentVersion = parent,
                    ParentKeys = read ?? ImmutableSortedDictionary<string, string>.Empty,
                },
            },
            Context()
        );

    private void Do<T>(Result<Decision<AppEvent, T>> decided) =>
        _state = decided.Value.Events.Aggregate(_state, AppStateFold.Apply);

    private DecideContext Context() =>
        new(
            _now = _now.AddSeconds(1),
            new Caller
            {
                Principal = new Principal(PrincipalKind.User, "dev", "dev"),
                SignIn = "cli-token",
                Ip = "",
                Client = "",
                RequestId = "",
                Org = "acme",
            },
            new CountedIds(() => ++_ids)
        );

    private sealed class CountedIds(Func<int> next) : IIdSource
    {
        public string Letters(char prefix) =>
            prefix + new string([.. next().ToString("D10", null).Select(c => (char)('A' + c - '0'))]);

        public string Hex(int bytes) => next().ToString("x", null).PadLeft(bytes * 2, '0');

        public string Alphanumeric(int length) => next().ToString("D" + length, null);
    }
}
