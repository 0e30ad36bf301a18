using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>
/// A rack's parameters; with <c>?Name=value</c> what those values would change, and the button that does it. What a
/// plan begins from stays what was read when it was shown: the rack refuses it when that is no longer so.
/// </summary>
public sealed partial class ParametersPage : RackScreen
{
    private static readonly Operation[] ForRead = [Operations.RackParamsGet];
    private static readonly Operation[] ForSet = [Operations.RackParamsSet];

    private readonly Dictionary<string, string> _typed = new(StringComparer.Ordinal);
    private ImmutableArray<RackParameters.Parameter> _parameters = [];
    private ImmutableSortedDictionary<string, string> _now = ImmutableSortedDictionary<string, string>.Empty;
    private ImmutableDictionary<string, ParameterCeiling> _ceilings = ImmutableDictionary<
        string,
        ParameterCeiling
    >.Empty;
    private ParameterPlan? _plan;
    private string? _mayNotRead;
    private MissingRight? _mayNotSet;
    private string? _refusal;
    private string? _done;
    private bool _busy;

    [Inject]
    private IProviders Providers { get; set; } = null!;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>While a plan is shown nothing else is written.</summary>
    private bool IsEditable => _mayNotSet is null && _plan is not { IsPossible: true };

    /// <summary>What is typed, as it would be planned.</summary>
    private ParameterPlan Draft => PlanOf(_typed);

    protected override async Task ReadAsync(Caller caller, RackRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var resource = Resource.Of(row.Rack.Ref);
        _mayNotRead = await Missing.OfAsync(caller, resource, ForRead, Left);
        if (_mayNotRead is not null)
        {
            (_parameters, _plan) = ([], null);
            return;
        }

        _mayNotSet = await Missing.OfAsync(caller, resource, ForSet, Left);
        _parameters = RackParameters.Of(row.Rack.Provider);
        _ceilings = Providers.CeilingsOf(row.Rack);
        _now = RackParameters.Effective(row.Rack, _ceilings);
        if (_plan is null && _done is null && Asked() is { Count: > 0 } asked)
        {
            _plan = PlanOf(asked);
            foreach (var (name, value) in asked)
            {
                _typed[name] = value;
            }
        }
    }

    private Dictionary<string, string> Asked()
    {
        var query = QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query);
        return _parameters
            .Where(p => query.ContainsKey(p.Name))
            .ToDictionary(p => p.Name, p => query[p.Name].ToString(), StringComparer.Ordinal);
    }

    private ParameterPlan PlanOf(IReadOnlyDictionary<string, string> asked) =>
        ParameterPlan.Of(Summary!.Rack, asked, _ceilings);

    private string Typed(string name) => _typed.GetValueOrDefault(name, _now[name]);

    private void Type(string name, string? value)
    {
        (_done, _refusal) = (null, null);
        if (value is null || value == _now[name])
        {
            _typed.Remove(name);
        }
        else
        {
            _typed[name] = value;
        }
    }

    private string? ProblemOf(string name) => Draft.Problems.GetValueOrDefault(name);

    /// <summary>The plan has an address, so that it can be sent to who may apply it.</summary>
    private void Plan()
    {
        if (Draft is { IsPossible: true } draft)
        {
            Navigation.NavigateTo(
                QueryHelpers.AddQueryString(
                    $"{Summary!.Path}/parameters",
                    draft.To.ToDictionary(p => p.Key, p => (string?)p.Value)
                ),
                forceLoad: true
            );
        }
    }

    private async Task ApplyAsync()
    {
        if (_busy || _plan is not { IsPossible: true } plan)
        {
            return;
        }

        _busy = true;
        var moved = false;
        _refusal = await DoAsync(async caller =>
        {
            var set = await Grains
                .GetGrain<IRackGrain>(plan.Rack.ToString())
                .SetParametersAsync(caller, new SetRackParameters(plan.To, plan.From), Left);
            moved = set.Problem?.Code == RackProblems.PlanStaleCode;
            return set.Problem;
        });
        _busy = false;
        await ReloadAsync();
        if (_refusal is null)
        {
            _typed.Clear();
            _plan = null;
            _done = $"Done: {string.Join(", ", plan.To.Select(p => $"{p.Key} is {p.Value}"))} on {plan.Rack}.";
        }
        else if (moved)
        {
            // They are told, and see the new one: applying it is their decision.
            _plan = PlanOf(plan.To);
        }
    }

    private string Bounds(RackParameters.Parameter parameter)
    {
        var most =
            _ceilings.TryGetValue(parameter.Name, out var ceiling) && ceiling.Value < parameter.Maximum
                ? $"{ceiling.Value} on this installation ({ceiling.Setting})"
                : $"{parameter.Maximum}";
        return Sentence.Of($"{parameter.Default} by default; {parameter.Minimum} to {most}");
    }
}
