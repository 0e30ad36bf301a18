using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>A held role ready to decide. Specific types stand before AllResources, and refusals before grants (access-model.md).</summary>
internal sealed class CompiledRole
{
    // What a role limited to some racks may still grant (HeldRole).
    private static readonly OperationSet RackBound = OperationSet.Where(o => o.Type is ResourceType.Application or ResourceType.Racks
        or ResourceType.Jobs or ResourceType.Workflows or ResourceType.KubectlAccess);

    private static readonly OperationSet GrantedWhenLimited = OperationSet.Where(o => RackBound.Has(o) || o.Type == ResourceType.Dashboard);

    private static readonly OperationSet AppBound = OperationSet.Where(o => o.Type is ResourceType.Application or ResourceType.Jobs);

    private readonly OperationSet _unnamed;

    public CompiledRole(HeldRole held)
    {
        Held = held;
        Racks = new(held.Racks, SelectorUse.Rack);
        Apps = held.Apps is null ? null : new(held.Apps, SelectorUse.App);
        IsLimited = !IsAll(Racks) || (Apps is not null && !IsAll(Apps));
        IsAdministrator = !IsLimited && ReferenceEquals(BuiltInRoles.Find(held.Role.Id), BuiltInRoles.Administrator);

        // SECURITY: a built-in id means the built-in policies, whatever was stored with it.
        var policies = BuiltInRoles.Find(held.Role.Id)?.Policies ?? held.Role.Policies;
        var rules = (policies.IsDefault ? [] : policies).Select(policy => new CompiledRule(policy, IsAdministrator)).ToLookup(r => r.Source.Type);
        AllResources = [.. rules[ResourceType.AllResources]];
        Specific = [.. rules.Where(g => g.Key != ResourceType.AllResources)
            .Select(g => new TypeRules(g.Key, OperationSet.OfType(g.Key), [.. g]))];
        _unnamed = Specific.Aggregate(OperationSet.OfType(ResourceType.AllResources), (all, specific) => all & ~specific.Mask);
    }

    public HeldRole Held { get; }

    public CompiledSelector Racks { get; }

    public CompiledSelector? Apps { get; }

    public bool IsLimited { get; }

    public bool IsAdministrator { get; }

    public ImmutableArray<CompiledRule> AllResources { get; }

    public ImmutableArray<TypeRules> Specific { get; }

    /// <summary>Whether anything in it refuses for every role.</summary>
    public bool Refuses => AllResources.Concat(Specific.SelectMany(s => s.Rules)).Any(rule => rule.IsDeny);

    /// <summary>Whether it decides the same for every resource.</summary>
    public bool IsUniform => !IsLimited && AllResources.All(r => r.IsUniform) && Specific.All(s => s.Rules.All(r => r.IsUniform));

    /// <summary>Adds what the role grants, and what it refuses for every role, to the two sets.</summary>
    public void Evaluate(in NameProbe probe, ref OperationSet grants, ref OperationSet refuses)
    {
        OperationSet allow = default, deny = default;
        var fallback = _unnamed;
        foreach (var specific in Specific)
        {
            OperationSet typeAllow = default, typeDeny = default;
            var decided = false;
            foreach (var rule in specific.Rules)
            {
                var match = rule.Of(probe);
                decided |= match == Match.Yes;
                if (rule.IsDeny)
                {
                    // A list is refused only where nothing in it could be allowed.
                    typeDeny |= match == Match.Yes ? rule.Operations : default;
                }
                else if (match != Match.No)
                {
                    typeAllow |= rule.Operations;
                }
            }

            deny |= typeDeny;
            allow |= typeAllow & ~typeDeny;
            fallback |= decided ? default : specific.Mask;
        }

        allow |= FromAllResources(probe) & fallback & ~deny;
        Limit(probe, ref allow, ref deny);
        grants |= allow;
        refuses |= deny;
    }

    private OperationSet FromAllResources(in NameProbe probe)
    {
        OperationSet allow = default, deny = default;
        foreach (var rule in AllResources)
        {
            if (rule.Of(probe) == Match.Yes)
            {
                (allow, deny) = rule.IsDeny ? (allow, deny | rule.Operations) : (allow | rule.Operations, deny);
            }
        }

        return allow & ~deny;
    }

    private void Limit(in NameProbe probe, ref OperationSet allow, ref OperationSet deny)
    {
        if (!IsLimited)
        {
            return;
        }

        if (IsNone(Racks) || (Apps is not null && IsNone(Apps)))
        {
            allow = default;
            return;
        }

        allow &= GrantedWhenLimited;
        Limit(Racks.Of(probe), RackBound, ref allow, ref deny);
        Limit(Apps?.Of(probe) ?? Match.Yes, AppBound, ref allow, ref deny);
    }

    private static void Limit(Match match, in OperationSet bound, ref OperationSet allow, ref OperationSet deny)
    {
        allow &= match == Match.No ? ~bound : ~default(OperationSet);
        deny &= match == Match.Yes ? ~default(OperationSet) : ~bound;
    }

    private static bool IsAll(CompiledSelector selector) => selector.IsEverything && selector.Kind == SelectorKind.AllowAll;

    private static bool IsNone(CompiledSelector selector) => selector.Broken || selector.Kind == SelectorKind.DenyAll;

    internal sealed record TypeRules(ResourceType Type, OperationSet Mask, ImmutableArray<CompiledRule> Rules);
}
