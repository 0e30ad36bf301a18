using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>What one member may do, ready to be asked. Members who hold the same share one.</summary>
internal sealed class UserAccess(ImmutableArray<(CompiledRole Role, string? Group)> roles)
{
    private static readonly ResourceType[] Types = Enum.GetValues<ResourceType>();
    private static readonly OperationSet OnApps = OperationSet.OfType(ResourceType.Application);
    private static readonly OperationSet Lists = OperationSet.Where(o => o.Lists);

    // Made when first asked for: an organization has thousands of members of whom few act, and those do few things.
    private readonly RoleVerdicts?[] _operations = new RoleVerdicts?[Operations.All.Length];
    private readonly Lazy<ImmutableArray<RoleVerdicts>> _types = new(() =>
        [.. Types.Select(type => new RoleVerdicts(roles.Select(held => held.Role.On(type))))]
    );

    /// <summary>Every role held, and the group through which it is.</summary>
    public ImmutableArray<(CompiledRole Role, string? Group)> Roles { get; } = roles;

    public bool IsAdministrator => Roles.Any(held => held.Role.IsAdministrator);

    /// <summary>Compiles what is held by itself, outside of any organization's policy.</summary>
    public static UserAccess Of(ImmutableArray<HeldRole> roles, NameTests tests) =>
        new([.. (roles.IsDefault ? [] : roles).Select(held => (new CompiledRole(held, tests), held.Group))]);

    /// <summary>
    /// Decides one operation: by the policies on its type, and for applications by Racks:Read on their rack as well.
    /// </summary>
    public bool Allows(Operation operation, in Resource resource, NameScope names)
    {
        if (!Of(operation).Allows(operation, resource, names))
        {
            return false;
        }

        if (operation.Type != ResourceType.Application)
        {
            return true;
        }

        var rack = RackLeg(resource);
        return Of(rack).Allows(rack, resource, names);
    }

    /// <summary>Every operation that is allowed on the resource.</summary>
    public OperationSet On(in Resource resource, NameScope names)
    {
        var (named, listed) = (
            new NameProbe(names, resource, listing: false),
            new NameProbe(names, resource, listing: true)
        );
        var all = (Evaluate(ref listed) & Lists) | (Evaluate(ref named) & ~Lists);
        return all.Has(RackLeg(resource)) ? all : all & ~OnApps;
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

    private static Operation RackLeg(in Resource resource) =>
        resource.RackName is null ? Operations.RackList : Operations.RackGet;

    private OperationSet Evaluate(ref NameProbe probe)
    {
        OperationSet allowed = default;
        foreach (var type in _types.Value)
        {
            allowed |= type.Evaluate(ref probe);
        }

        return allowed;
    }

    private RoleVerdicts Of(Operation operation)
    {
        ref var made = ref _operations[operation.Index];
        return Volatile.Read(ref made) ?? Make(operation, ref made);
    }

    // Two threads that make it at once make the same.
    private RoleVerdicts Make(Operation operation, ref RoleVerdicts? made)
    {
        var verdicts = new RoleVerdicts(Roles.Select(held => held.Role.On(operation.Type).Only(operation)));
        Volatile.Write(ref made, verdicts);
        return verdicts;
    }
}
