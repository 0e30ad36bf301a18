using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Web.Components.Access;

namespace Palisade.Web.Components.Roles;

/// <summary>
/// A line of a role as it is chosen. Pure, and lossless from a policy and back: what was not touched is given back as
/// it was, a list of one name too. SECURITY: what a choice has no use for is kept and not said, so that going there and
/// back widens nothing; and a choice that was never made is none.
/// </summary>
public sealed record PolicyDraft
{
    /// <summary>What a new line says: little, and of nothing before names are given.</summary>
    public static PolicyDraft Empty { get; } =
        new()
        {
            Type = ResourceType.Application,
            Action = Policy.Read,
            On = SelectorDraft.Named,
        };

    public bool Deny { get; init; }

    public required ResourceType Type { get; init; }

    public required string Action { get; init; }

    public required SelectorDraft On { get; init; }

    public SelectorDraft Racks { get; init; } = SelectorDraft.All;

    /// <summary>Operations that a level leaves out.</summary>
    public ImmutableArray<string> Without { get; init; } = [];

    /// <summary>What it was made of.</summary>
    private Policy? Source { get; init; }

    public bool IsLevel => Action is Policy.Read or Policy.Write;

    public bool ChoosesNames => !Deny && RoleRules.HasNames(Type);

    public bool ChoosesRacks => Type == ResourceType.Application;

    /// <summary>Those that the line may name, by name.</summary>
    public IEnumerable<Operation> Operations =>
        Domain.Access.Operations.All.Where(o => o.Type != ResourceType.None && !o.AdminOnly && IsOf(o, Type));

    /// <summary>Those that the level grants unless they are left out.</summary>
    public IEnumerable<Operation> Grantable =>
        Operations.Where(o => Action == Policy.Write || o.Level == AccessLevel.Read || Without.Contains(o.Name));

    public static PolicyDraft Of(Policy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new()
        {
            Deny = policy.IsDeny,
            Type = policy.Type,
            Action = policy.Action,
            On = NamesOf(policy),
            Racks = RacksOf(policy),
            Without = policy.Without.IsDefault ? [] : policy.Without,
            Source = policy,
        };
    }

    /// <summary>Of another type; an operation that it has not becomes the lowest level.</summary>
    public PolicyDraft To(ResourceType type) =>
        this with
        {
            Type = type,
            Action =
                IsLevel || (Domain.Access.Operations.Find(Action) is { } o && IsOf(o, type)) ? Action : Policy.Read,
        };

    /// <summary>Leaves the operation out, or grants it again.</summary>
    public PolicyDraft Toggle(string operation) =>
        this with
        {
            Without = Without.Contains(operation) ? Without.Remove(operation) : Without.Add(operation),
        };

    /// <summary>
    /// SECURITY: names that are still to be given are a list of none, which is refused, and never all.
    /// </summary>
    public Policy ToPolicy() =>
        new()
        {
            Type = Type,
            Action = Action,
            Selector =
                Deny ? Selector.DenyAll
                : Source is { IsDeny: false } source && source.Type == Type && NamesOf(source) == On ? source.Selector
                : ChoosesNames ? Chosen(On)
                : Selector.AllowAll,
            Racks =
                Source is { } from && from.Type == Type && RacksOf(from) == Racks ? from.Racks
                : !ChoosesRacks || Racks.Kind == ReachKind.All ? null
                : Chosen(Racks),
            Without = Source is { } was && IsAsIn(was) ? was.Without : LeftOut,
        };

    private ImmutableArray<string> LeftOut =>
        Deny || !IsLevel ? [] : [.. Without.Where(name => IsOf(Domain.Access.Operations.Find(name), Type))];

    private bool IsAsIn(Policy policy) =>
        (Deny, Type, Action) == (policy.IsDeny, policy.Type, policy.Action)
        && Without.SequenceEqual(policy.Without.IsDefault ? [] : policy.Without);

    /// <summary>Of a line that chooses no names none were chosen.</summary>
    private static SelectorDraft NamesOf(Policy policy) =>
        policy.IsDeny || !RoleRules.HasNames(policy.Type) ? SelectorDraft.Named : SelectorDraft.Of(policy.Selector);

    private static SelectorDraft RacksOf(Policy policy) =>
        policy.Racks is null ? SelectorDraft.All : SelectorDraft.Of(policy.Racks);

    private static Selector Chosen(SelectorDraft draft) =>
        draft.ToSelector() is { Kind: not SelectorKind.DenyAll } chosen ? chosen
        : draft.Kind == ReachKind.Pattern ? Selector.Regex("")
        : Selector.List();

    private static bool IsOf(Operation? operation, ResourceType type) =>
        operation is not null && (type == ResourceType.AllResources || operation.Type == type);
}
