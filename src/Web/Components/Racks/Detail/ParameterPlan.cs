using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>What other values of parameters would change, before it is done (console.md 4). Pure.</summary>
/// <param name="Rack">Of which rack.</param>
/// <param name="Changes">By name; none: all are as asked.</param>
public sealed record ParameterPlan(RackRef Rack, ImmutableArray<ParameterChange> Changes)
{
    /// <summary>What is wrong with values that were asked for, by the parameter's name.</summary>
    public ImmutableSortedDictionary<string, string> Problems { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>There is something to do, and nothing speaks against it.</summary>
    public bool IsPossible => !Changes.IsEmpty && Problems.IsEmpty;

    /// <summary>The button says what it does to what (console.md 19).</summary>
    public string Deed =>
        Changes is [var only]
            ? $"Set {only.Name} to {only.To} on {Rack}"
            : $"Set {Changes.Length} parameters of {Rack}";

    /// <summary>How the client does it.</summary>
    public string Command =>
        $"convox rack params set {string.Join(' ', Changes.Select(c => $"{c.Name}={c.To}"))} -r {Rack}";

    public ImmutableSortedDictionary<string, string> To =>
        Changes.ToImmutableSortedDictionary(c => c.Name, c => c.To, StringComparer.Ordinal);

    /// <summary>What it begins from.</summary>
    public ImmutableSortedDictionary<string, string> From =>
        Changes.ToImmutableSortedDictionary(c => c.Name, c => c.From, StringComparer.Ordinal);

    /// <param name="rack">As it is now.</param>
    /// <param name="asked">Name to value, as typed; names that the rack does not have count for nothing.</param>
    /// <param name="ceilings">The operator's.</param>
    public static ParameterPlan Of(
        RackState rack,
        IReadOnlyDictionary<string, string> asked,
        ImmutableDictionary<string, ParameterCeiling> ceilings
    )
    {
        ArgumentNullException.ThrowIfNull(rack);
        ArgumentNullException.ThrowIfNull(asked);
        var now = RackParameters.Effective(rack, ceilings);
        var changes = ImmutableArray.CreateBuilder<ParameterChange>();
        var problems = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var parameter in RackParameters.Of(rack.Provider))
        {
            var (name, from) = (parameter.Name, now[parameter.Name]);
            if (!asked.TryGetValue(name, out var typed) || typed.Trim() == from)
            {
                continue;
            }

            var one = ImmutableSortedDictionary<string, string>.Empty.Add(name, typed.Trim());
            if (RackParameters.Check(rack.Provider, one, ceilings).TryGet(out var good, out var problem))
            {
                if (good[name] != from)
                {
                    changes.Add(new ParameterChange(parameter, from, good[name]));
                }
            }
            else
            {
                problems[name] = problem.Text;
            }
        }

        return new ParameterPlan(rack.Ref, changes.ToImmutable()) { Problems = problems.ToImmutable() };
    }
}
