using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>What one member may do, ready to be asked.</summary>
internal sealed class UserAccess
{
    /// <summary>Answers kept (a power of two); two resources of one slot take turns, and a forgotten answer is computed again.</summary>
    private const int Slots = 2048;

    private static readonly OperationSet Lists = OperationSet.Where(o => o.Lists);
    private static readonly OperationSet OnApps = OperationSet.Where(o => o.Type == ResourceType.Application);

    private readonly Remembered?[] _remembered;
    private readonly bool _isUniform;
    private readonly OperationSet _onOrg;
    private readonly OperationSet _onAnyRack;

    public UserAccess(ImmutableArray<HeldRole> roles)
    {
        Roles = [.. (roles.IsDefault ? [] : roles).Select(held => new CompiledRole(held))];
        _isUniform = Roles.All(role => role.IsUniform);
        _remembered = _isUniform ? [] : new Remembered?[Slots];
        (_onOrg, _onAnyRack) = _isUniform ? (Evaluate(Resource.Org), Evaluate(Resource.App(NameProbe.Any, NameProbe.Any))) : default;
    }

    public ImmutableArray<CompiledRole> Roles { get; }

    public bool IsAdministrator => Roles.Any(role => role.IsAdministrator);

    /// <summary>Every operation that is allowed on the resource.</summary>
    public OperationSet On(in Resource resource)
    {
        if (_isUniform)
        {
            return resource.RackName is null ? _onOrg : _onAnyRack;
        }

        // Entries are immutable and complete when they are seen, so that a race costs a computation and nothing else.
        ref var slot = ref _remembered[resource.GetHashCode() & (Slots - 1)];
        if (Volatile.Read(ref slot) is { } known && known.Resource.Equals(resource))
        {
            return known.Allowed;
        }

        var allowed = Evaluate(resource);
        Volatile.Write(ref slot, new(resource, allowed));
        return allowed;
    }

    /// <summary>Over a class of resources, for comparing what two members may do. Without the racks' leg it is what roles grant by themselves.</summary>
    public OperationSet On(in NameProbe probe, bool withRackLeg)
    {
        var allowed = Evaluate(probe);
        return withRackLeg && !allowed.Has(Operations.RackGet) ? allowed & ~OnApps : allowed;
    }

    private OperationSet Evaluate(in Resource resource)
    {
        var named = Evaluate(new NameProbe(resource, listing: false));
        var all = named;
        if (resource.RackName is null || resource.AppName is null)
        {
            var listed = Evaluate(new NameProbe(resource, listing: true));
            all = (listed & Lists) | (named & ~Lists);
        }

        var rack = resource.RackName is null ? Operations.RackList : Operations.RackGet;
        return all.Has(rack) ? all : all & ~OnApps;
    }

    private OperationSet Evaluate(in NameProbe probe)
    {
        OperationSet grants = default, refuses = default;
        foreach (var role in Roles)
        {
            role.Evaluate(probe, ref grants, ref refuses);
        }

        return grants & ~refuses;
    }

    private sealed record Remembered(Resource Resource, OperationSet Allowed);
}
