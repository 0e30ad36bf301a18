using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>What a role grants that nobody used, and a role that grants the rest.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.right-sized")]
public sealed record RightSized
{
    /// <summary>Operations that the role grants somewhere and that were used.</summary>
    [Id(0)]
    public required ImmutableArray<string> Used { get; init; }

    /// <summary>Operations that the role grants somewhere and that were not.</summary>
    [Id(1)]
    public required ImmutableArray<string> Unused { get; init; }

    /// <summary>
    /// Admits every recorded use, and nothing that the role does not admit; empty when nothing was used.
    /// </summary>
    [Id(2)]
    public required ImmutableArray<Policy> Policies { get; init; }
}

/// <summary>
/// Cuts a role down to what was used of it. Policies keep their names and racks; their operations shrink. Whatever
/// keeps AllResources from granting something stays.
/// </summary>
public static class RightSize
{
    /// <param name="role">As its policies are now.</param>
    /// <param name="uses">Allowed requests of those who hold it, each with the role as they hold it.</param>
    public static RightSized Of(Role role, IEnumerable<(HeldRole Held, AccessUse Use)> uses)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(uses);
        var tests = new NameTests();
        var held = new CompiledRole(new HeldRole(role, Selector.AllowAll), tests);
        var holders = uses.GroupBy(use => use.Held, use => use.Use)
            .Select(alike => (Held: new CompiledRole(alike.Key, tests), Uses: alike.ToList()))
            .ToList();
        var names = new NameScope(tests);
        var used = held.Rules.ToDictionary(rule => rule, _ => default(OperationSet));
        foreach (
            var (operation, resource, asHeld) in holders.SelectMany(holder =>
                Asked(holder.Uses).Select(asked => (asked.Operation, asked.Resource, holder.Held))
            )
        )
        {
            var probe = new NameProbe(names, resource, operation.Lists);
            OperationSet grants = default,
                refuses = default;
            asHeld.On(operation.Type).Evaluate(ref probe, ref grants, ref refuses);
            if (!grants.Has(operation))
            {
                continue;
            }

            foreach (var rule in Granting(held, operation, probe))
            {
                used[rule] |= (OperationSet.Of(operation) | ItemsOf(operation)) & rule.Operations;
            }
        }

        return Sized(held, used);
    }

    // A list shows nothing without the right to see its items.
    private static OperationSet ItemsOf(Operation operation) =>
        operation.Lists
        && Operations.Find(operation.Name.Replace(".list", ".get", StringComparison.Ordinal)) is { } item
            ? OperationSet.Of(item)
            : default;

    /// <summary>What each use needs: an application needs its rack as well.</summary>
    private static IEnumerable<(Operation Operation, Resource Resource)> Asked(IEnumerable<AccessUse> uses)
    {
        foreach (var use in uses.Where(use => use.Allowed))
        {
            if (
                Operations.Find(use.Operation) is not { Type: not ResourceType.None } operation
                || !Resource.TryParse(use.Resource, out var resource)
            )
            {
                continue;
            }

            yield return (operation, resource);
            if (operation.Type == ResourceType.Application)
            {
                yield return resource.RackName is null
                    ? (Operations.RackList, Resource.Org)
                    : (Operations.RackGet, resource);
            }
        }
    }

    /// <summary>The rules that grant it. What AllResources grants is credited to it alone.</summary>
    private static IEnumerable<CompiledRule> Granting(CompiledRole role, Operation operation, NameProbe probe)
    {
        var matching = role.On(operation.Type)
            .Rules.Select(rule => (Rule: rule, Match: rule.Of(ref probe)))
            .Where(x => x.Match != Match.No)
            .ToList();
        var decided = matching.Any(x => x.Match == Match.Yes);
        return matching
            .Select(x => x.Rule)
            .Concat(decided ? [] : role.AllResources)
            .Where(rule => !rule.IsDeny && rule.Operations.Has(operation));
    }

    private static RightSized Sized(CompiledRole role, Dictionary<CompiledRule, OperationSet> used)
    {
        var (granted, inUse) = role
            .Rules.Where(rule => !rule.IsDeny)
            .Aggregate(
                (Granted: default(OperationSet), Used: default(OperationSet)),
                (sets, rule) => (sets.Granted | rule.Operations, sets.Used | used[rule])
            );
        var all = role.AllResources.Aggregate(default(OperationSet), (sets, rule) => sets | used[rule]);
        var policies = inUse.IsEmpty
            ? []
            : role
                .Rules.SelectMany(rule =>
                    Sized(rule, used[rule], blocks: !(all & OperationSet.OfType(rule.Source.Type)).IsEmpty)
                )
                .ToImmutableArray();
        return new()
        {
            Used = [.. Names(granted & inUse)],
            Unused = [.. Names(granted & ~inUse)],

            // Too many lines to be a role: then it is left as it is.
            Policies = policies.Length > Role.MaxPolicies ? role.Held.Role.Policies : policies,
        };
    }

    private static IEnumerable<Policy> Sized(CompiledRule rule, OperationSet used, bool blocks)
    {
        var source = rule.Source;
        if (rule.IsDeny || used.Covers(rule.Operations))
        {
            // An unused rule stays where AllResources would otherwise speak for its names.
            return rule.IsDeny || !used.IsEmpty || blocks ? [source] : [];
        }

        return used.IsEmpty
            ? blocks && source.Type != ResourceType.AllResources
                ? [source]
                : []
            : Names(used).Select(name => source with { Action = name, Without = [] });
    }

    private static IEnumerable<string> Names(OperationSet operations) =>
        Operations.All.Where(operations.Has).Select(operation => operation.Name);
}
