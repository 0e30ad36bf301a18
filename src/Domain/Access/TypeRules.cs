using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// What one held role says of one resource type: its specific policies before AllResources, and refusals before grants
/// (access-model.md).
/// </summary>
/// <param name="Rules">The role's policies on the type itself.</param>
/// <param name="Otherwise">What AllResources grants where none of them matches.</param>
/// <param name="Limits">The racks and apps that the role is held on, where they limit this type.</param>
/// <param name="Grantable">What the role may grant at all, held as it is.</param>
internal sealed record TypeRules(
    ImmutableArray<CompiledRule> Rules,
    OperationSet Otherwise,
    ImmutableArray<CompiledSelector> Limits,
    OperationSet Grantable
)
{
    /// <summary>Whether it says the same of every resource.</summary>
    public bool IsUniform { get; } =
        Rules.IsEmpty && Otherwise.IsEmpty || (Limits.IsEmpty && Rules.All(rule => rule.IsUniform));

    /// <summary>Adds what the role grants, and what it refuses for every role, to the two sets.</summary>
    public void Evaluate(ref NameProbe probe, ref OperationSet grants, ref OperationSet refuses)
    {
        var limit = Match.Yes;
        foreach (var selector in Limits)
        {
            var match = selector.Of(ref probe);
            limit = match < limit ? match : limit;
        }

        if (limit == Match.No)
        {
            return;
        }

        OperationSet allow = default,
            deny = default;
        var decided = false;
        foreach (var rule in Rules)
        {
            var match = rule.Of(ref probe);
            decided |= match == Match.Yes;
            if (rule.IsDeny)
            {
                // A list is refused only where nothing in it could be allowed.
                deny |= match == Match.Yes ? rule.Operations : default;
            }
            else if (match != Match.No)
            {
                allow |= rule.Operations;
            }
        }

        allow |= decided ? default : Otherwise;
        grants |= allow & ~deny & Grantable;
        refuses |= limit == Match.Yes ? deny : default;
    }
}
