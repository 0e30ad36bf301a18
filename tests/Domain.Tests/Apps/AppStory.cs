using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Tests.Apps;

/// <summary>One app and what is decided about it, event by event.</summary>
public abstract class AppStory
{
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private int _ids;

    protected static AppRef Web { get; } = AppRef.Parse("acme/staging/web");

    protected AppState State { get; set; } = new();

    /// <summary>Every event so far, unless a test forgets them.</summary>
    protected List<AppEvent> Done { get; } = [];

    protected KeptReleases Keep { get; set; } = new(100, 10);

    protected void Given()
    {
        Do(AppLifecycle.Create(State, Web, null, 0, 1, Context()));
        Do(AppLifecycle.Ready(State));
    }

    protected string Build(string build)
    {
        var made = AppReleases.Create(
            State,
            Web,
            new NewRelease
            {
                Build = build,
                BuildDescription = "",
                OncePerBuild = true,
            },
            Keep,
            Context()
        );
        Do(made);
        return made.Value.Answer.Id;
    }

    protected void Promote(string release)
    {
        Do(AppRollouts.Promote(State, Web, release, false, null, null, Keep, Context()));
        Do(AppRollouts.Succeeded(State, State.Rollout!.Id));
    }

    protected void Environment(int version, params (string, string)[] keys) => Do(Env(version, null, null, keys));

    protected Result<Decision<AppEvent, ReleaseCreated>> Env(
        int version,
        ImmutableSortedDictionary<string, string>? read,
        int? parent,
        params (string Key, string Value)[] keys
    ) =>
        AppReleases.Create(
            State,
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
            Keep,
            Context()
        );

    protected void Do<T>(Result<Decision<AppEvent, T>> decided)
    {
        Done.AddRange(decided.Value.Events);
        State = decided.Value.Events.Aggregate(State, AppStateFold.Apply);
    }

    protected DecideContext Context() =>
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
