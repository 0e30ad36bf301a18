using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>
/// The variables of an app's newest release; with <c>?key=</c> what became of one of them, release by release. No value
/// is in the page until it is revealed, and then not for long (console.md 11); what is being written is the writer's
/// alone until it is saved.
/// </summary>
public sealed partial class EnvironmentPage : AppScreen
{
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(30);

    // SECURITY (S20): whoever may not know which release is the newest can't say what a change begins from, and would
    // take away what they don't see.
    private static readonly Operation[] ForRead = [Operations.AppEnvGet, Operations.ReleaseList];
    private static readonly Operation[] ForReveal = [Operations.AppEnvGet, Operations.AppEnvReveal];
    private static readonly Operation[] ForSet = [Operations.AppEnvGet, Operations.AppEnvSet];

    private ImmutableSortedDictionary<string, string>? _keys;
    private EnvironmentDictionary? _values;
    private ImmutableSortedSet<string> _remove = ImmutableSortedSet<string>.Empty;
    private string _set = "";
    private string _base = "";
    private ImmutableSortedDictionary<string, string> _baseKeys = ImmutableSortedDictionary<string, string>.Empty;
    private string? _mayNotRead;
    private MissingRight? _mayNotReveal;
    private MissingRight? _mayNotSet;
    private string? _refusal;
    private string? _made;
    private bool _busy;
    private int _reveals;

    private KeyHistoryView? _history;

    [SupplyParameterFromQuery(Name = "key")]
    private string? Key { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private KeyHistoryReader History { get; set; } = null!;

    [Inject]
    private ReleaseReader Releases { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    /// <summary>Null: nothing is to be changed.</summary>
    private EnvironmentEdit? Edit =>
        string.IsNullOrWhiteSpace(_set) && _remove.IsEmpty
            ? null
            : new EnvironmentEdit(_base, new Sensitive<string>(_set), _remove);

    private IEnumerable<string> Written =>
        Edit is { } edit ? edit.Remove.Union(edit.Given.TryGet(out var given, out _) ? given.Keys : []) : [];

    protected override async Task ReadAsync(Caller caller, AppSummary app)
    {
        _mayNotRead = await Missing.OfAsync(caller, app.Ref, ForRead, Left);
        if (_mayNotRead is not null)
        {
            (_keys, _values, _history) = (null, null, null);
            return;
        }

        _keys = app.Newest is { } newest
            ? await Releases.KeysAsync(app, newest, Left)
            : ImmutableSortedDictionary<string, string>.Empty;

        _history = Key is { Length: > 0 } key ? await History.ReadAsync(app, key, QueryNumber.Of(Before), Left) : null;

        // INVARIANT (S20): who writes a key decided by what they saw of it. Others may save other keys meanwhile; one
        // that is written here, too, is found to be a conflict when this is saved.
        if (!Written.Any(key => _baseKeys.GetValueOrDefault(key) != _keys.GetValueOrDefault(key)))
        {
            Begin();
        }

        _mayNotReveal = await Missing.OfAsync(caller, app.Ref, ForReveal, Left);
        _mayNotSet = await Missing.OfAsync(caller, app.Ref, ForSet, Left);
    }

    private async Task RevealAsync()
    {
        if (_values is not null)
        {
            _values = null;
            return;
        }

        if (_busy || Summary is not { Newest: { } newest } app)
        {
            return;
        }

        _busy = true;
        _refusal = await DoAsync(async caller =>
        {
            var read = await Actions.RevealAsync(caller, app.Ref, newest.Id, Left);
            if (read.TryGet(out var environment, out var problem) && !environment.Masked)
            {
                EnvironmentText.Parse(environment.Text.Reveal()).TryGet(out _values, out problem);
            }

            return problem;
        });
        _busy = false;
        if (_values is not null)
        {
            _ = HideAsync(++_reveals);
        }
    }

    private async Task HideAsync(int reveal)
    {
        await Task.Delay(Shown, Time, Left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Left.IsCancellationRequested && reveal == _reveals)
        {
            _values = null;
            await DrawAsync();
        }
    }

    private void ToggleRemoval(string key) => _remove = _remove.SymmetricExcept([key]);

    private async Task SaveAsync()
    {
        if (_busy || Edit is not { } edit || Summary is not { } app)
        {
            return;
        }

        (_busy, _made) = (true, null);
        var moved = false;
        _refusal = await DoAsync(async caller =>
        {
            var saved = await Actions.ChangeEnvironmentAsync(caller, app.Ref, edit, Left);
            if (saved.TryGet(out var release, out var problem))
            {
                (_made, _set, _remove, _values) = (release.Id, "", ImmutableSortedSet<string>.Empty, null);
            }

            moved = problem?.Code == AppProblems.EnvironmentMovedCode;
            return problem;
        });
        _busy = false;
        await ReloadAsync();
        if (moved)
        {
            // They are told, and see what is there now: saving once more is their decision.
            Begin();
        }
    }

    /// <summary>What is written from now on begins from what is shown.</summary>
    private void Begin() =>
        (_base, _baseKeys) = (Summary?.Newest?.Id ?? "", _keys ?? ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>The plan: what saving would do, by names.</summary>
    private string Changes(EnvironmentEdit edit)
    {
        if (!edit.Given.TryGet(out var given, out var problem))
        {
            return Account.Sentence.Of(problem);
        }

        var known = _keys ?? ImmutableSortedDictionary<string, string>.Empty;
        var parts = new List<string>();
        Name("adds", given.Keys.Where(k => !known.ContainsKey(k)));
        Name("sets", given.Keys.Where(known.ContainsKey));
        Name("removes", edit.Remove.Where(k => known.ContainsKey(k) && !given.ContainsKey(k)));
        return parts.Count == 0
            ? "No line is KEY=value yet."
            : $"Saving {string.Join("; ", parts)}. What runs is unchanged until it is promoted.";

        void Name(string deed, IEnumerable<string> keys)
        {
            if (string.Join(", ", keys) is { Length: > 0 } names)
            {
                parts.Add($"{deed} {names}");
            }
        }
    }
}
