using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// A role as it is held on some racks, ready to decide; shared by all who hold it so, directly or through a group.
/// </summary>
internal sealed class CompiledRole
{
    // What a role limited to some racks may still grant (HeldRole).
    private static readonly OperationSet RackBound = OperationSet.Where(o =>
        o.Type
            is ResourceType.Application
                or ResourceType.Racks
                or ResourceType.Jobs
                or ResourceType.Workflows
                or ResourceType.KubectlAccess
    );

    private static readonly OperationSet AppBound = OperationSet.Where(o =>
        o.Type is ResourceType.Application or ResourceType.Jobs
    );

    private static readonly OperationSet GrantedWhenLimited = OperationSet.Where(o =>
        RackBound.Has(o) || o.Type == ResourceType.Dashboard
    );

    private readonly ImmutableArray<TypeRules> _types;
    private RoleAnswer?[]? _answers;

    public CompiledRole(HeldRole held, NameTests tests)
    {
        Held = held;
        Racks = new(held.Racks, SelectorUse.Rack, tests);
        Apps = held.Apps is null ? null : new(held.Apps, SelectorUse.App, tests);
        IsLimited = !IsAll(Racks) || (Apps is not null && !IsAll(Apps));
        IsAdministrator = !IsLimited && ReferenceEquals(BuiltInRoles.Find(held.Role.Id), BuiltInRoles.Administrator);

        // SECURITY: a built-in id means the built-in policies, whatever was stored with it.
        var policies = BuiltInRoles.Find(held.Role.Id)?.Policies ?? held.Role.Policies;
        var rules = (policies.IsDefault ? [] : policies)
            .Select(policy => new CompiledRule(policy, IsAdministrator, tests))
            .ToLookup(r => r.Source.Type);
        AllResources = [.. rules[ResourceType.AllResources]];
        var (allow, deny) = AllResources.Aggregate(
            (Allow: default(OperationSet), Deny: default(OperationSet)),
            (sets, rule) =>
                rule.IsDeny ? (sets.Allow, sets.Deny | rule.Operations) : (sets.Allow | rule.Operations, sets.Deny)
        );
        _types = [.. Enum.GetValues<ResourceType>().Select(type => Compile(type, [.. rules[type]], allow & ~deny))];
    }

    public HeldRole Held { get; }

    public CompiledSelector Racks { get; }

    public CompiledSelector? Apps { get; }

    public bool IsLimited { get; }

    public bool IsAdministrator { get; }

    /// <summary>All of them match everything: the type has no names to choose from.</summary>
    public ImmutableArray<CompiledRule> AllResources { get; }

    public IEnumerable<CompiledRule> Rules => _types.SelectMany(type => type.Rules).Concat(AllResources);

    public TypeRules On(ResourceType type) => _types[(int)type];

    /// <summary>Made when first asked for; two threads that make it at once make the same.</summary>
    public RoleAnswer Answer(Operation operation)
    {
        var answers = Volatile.Read(ref _answers);
        if (answers is null)
        {
            answers = new RoleAnswer?[Operations.All.Length];
            Volatile.Write(ref _answers, answers);
        }

        ref var made = ref answers[operation.Index];
        if (Volatile.Read(ref made) is { } known)
        {
            return known;
        }

        var answer = new RoleAnswer(On(operation.Type), operation);
        Volatile.Write(ref made, answer);
        return answer;
    }

    private TypeRules Compile(ResourceType type, ImmutableArray<CompiledRule> rules, OperationSet all)
    {
        if (type is ResourceType.None or ResourceType.AllResources)
        {
            return new([], default, [], default);
        }

        var operations = OperationSet.OfType(type);
        var nowhere = IsNone(Racks) || (Apps is not null && IsNone(Apps));
        return new(
            rules,
            all & operations,
            nowhere ? [] : [.. Limits(operations)],
            !IsLimited ? operations
                : nowhere ? default
                : operations & GrantedWhenLimited
        );
    }

    private IEnumerable<CompiledSelector> Limits(OperationSet operations)
    {
        if (!IsAll(Racks) && RackBound.Covers(operations))
        {
            yield return Racks;
        }

        if (Apps is not null && !IsAll(Apps) && AppBound.Covers(operations))
        {
            yield return Apps;
        }
    }

    private static bool IsAll(CompiledSelector selector) =>
        selector.IsEverything && selector.Kind == SelectorKind.AllowAll;

    private static bool IsNone(CompiledSelector selector) => selector.Broken || selector.Kind == SelectorKind.DenyAll;
}
