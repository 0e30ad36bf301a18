using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>What one member may do, ready to be asked. Members who hold the same share one.</summary>
internal sealed class UserAccess(ImmutableArray<(CompiledRole Role, string? Group)> roles)
{
    private static readonly ResourceType[] Types = Enum.GetValues<ResourceType>();
    private static readonly OperationSet OnApps = OperationSet.OfType(ResourceType.Application);
    private static readonly OperationSet Lists = OperationSet.Where(o => o.Lists);
    private static readonly MemberAnswer?[] NoAnswers = new MemberAnswer?[4];

    // Made when first asked for: an organization has thousands of members of whom few act, and those do few things.
    private MemberAnswer?[] _answers = NoAnswers;
    private ImmutableArray<RoleVerdicts> _types;

    /// <summary>Every role held, and the group through which it is.</summary>
    public ImmutableArray<(CompiledRole Role, string? Group)> Roles { get; } = roles;

    /// <summary>Every selector of what is held.</summary>
    public IEnumerable<CompiledSelector> Selectors =>
        Roles.SelectMany(held =>
            held.Role.Rules.SelectMany(rule => rule.Racks is null ? [rule.Names] : new[] { rule.Names, rule.Racks })
                .Concat(held.Role.Apps is null ? [held.Role.Racks] : [held.Role.Racks, held.Role.Apps])
        );

    public bool IsAdministrator => Roles.Any(held => held.Role.IsAdministrator);

    /// <summary>Compiles what is held by itself, outside of any organization's policy.</summary>
    public static UserAccess Of(ImmutableArray<HeldRole> roles, NameTests tests) =>
        new([.. (roles.IsDefault ? [] : roles).Select(held => (new CompiledRole(held, tests), held.Group))]);

    /// <summary>
    /// Decides one operation: by the policies on its type, and for applications by Racks:Read on their rack as well.
    /// </summary>
    public bool Allows(Operation operation, in Resource resource, NameScope names) =>
        Answer(operation).Allows(resource, names);

    /// <summary>Every operation that is allowed on the resource.</summary>
    public OperationSet On(in Resource resource, NameScope names)
    {
        var (named, listed) = (new NameProbe(names, resource), new NameProbe(names, resource, listing: true));
        var all = (Evaluate(ref listed) & Lists) | (Evaluate(ref named) & ~Lists);
        return all.Has(resource.RackName is null ? Operations.RackList : Operations.RackGet) ? all : all & ~OnApps;
    }

    /// <summary>
    /// Over a class of resources, for comparing what two members may do. Without the racks' leg it is what roles grant
    /// by themselves.
    /// </summary>
    public OperationSet On(NameProbe probe, bool withRackLeg)
    {
        var allowed = Evaluate(ref probe);
        return withRackLeg && !allowed.Has(Operations.RackGet) ? allowed & ~OnApps : allowed;
    }

    private OperationSet Evaluate(ref NameProbe probe)
    {
        if (_types.IsDefault)
        {
            ImmutableInterlocked.InterlockedInitialize(
                ref _types,
                [.. Types.Select(type => new RoleVerdicts(Roles.Select(held => held.Role.On(type))))]
            );
        }

        OperationSet allowed = default;
        foreach (var type in _types)
        {
            allowed |= type.Evaluate(ref probe);
        }

        return allowed;
    }

    private MemberAnswer Answer(Operation operation)
    {
        var answers = Volatile.Read(ref _answers);
        return answers[operation.Index & (answers.Length - 1)] is { } known && known.Operation == operation
            ? known
            : Make(operation);
    }

    private MemberAnswer Make(Operation operation)
    {
        MemberAnswer? onRack = null,
            onSomeRack = null;
        if (operation.Type == ResourceType.Application)
        {
            onRack = Answer(Operations.RackGet);
            onSomeRack = operation is { Scope: OperationScope.App, Lists: false }
                ? onRack
                : Answer(Operations.RackList);
        }

        var made = new MemberAnswer(operation, Roles, onRack, onSomeRack);

        // What another thread adds in between may be lost, and is made again.
        Volatile.Write(ref _answers, With(Volatile.Read(ref _answers), made));
        return made;
    }

    // Each operation has one slot; there are more slots as soon as two would share one.
    private static MemberAnswer?[] With(MemberAnswer?[] answers, MemberAnswer added)
    {
        for (var slots = answers.Length; ; slots *= 2)
        {
            var all = new MemberAnswer?[slots];
            if (Array.TrueForAll([.. answers, added], answer => TryPut(all, answer)))
            {
                return all;
            }
        }
    }

    private static bool TryPut(MemberAnswer?[] slots, MemberAnswer? answer)
    {
        if (answer is null)
        {
            return true;
        }

        ref var slot = ref slots[answer.Operation.Index & (slots.Length - 1)];
        var free = slot is null || slot.Operation == answer.Operation;
        slot = answer;
        return free;
    }
}
