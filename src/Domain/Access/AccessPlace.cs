using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// Where access is compared: resources on which all is decided alike, or those that don't exist yet and that no role
/// writes down.
/// </summary>
internal sealed class AccessPlace
{
    private static readonly OperationSet OnRacks = OperationSet.Where(o => o.Scope != OperationScope.App || o.Lists);
    private static readonly OperationSet OnOrg = OperationSet.Where(o => o.Scope == OperationScope.Org || o.Lists);

    private readonly Resource? _resource;
    private readonly string? _rack;
    private readonly bool _hasApp;

    private AccessPlace(ImmutableArray<string> names, Resource? resource, string? rack, bool hasApp) =>
        (Names, _resource, _rack, _hasApp) = (names, resource, rack, hasApp);

    public static AccessPlace AnyRack { get; } = new([NameProbe.Other], null, NameProbe.Other, hasApp: false);

    /// <summary>What it stands for, in stored form.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>How many of them are racks or apps that there are.</summary>
    public int Existing => _resource is null ? 0 : Names.Length;

    /// <param name="resource">One of them.</param>
    public static AccessPlace Of(Resource resource, ImmutableArray<string> names) =>
        new(names, resource, null, resource.AppName is not null);

    /// <param name="rack">One of the racks.</param>
    public static AccessPlace AnyApp(string rack, ImmutableArray<string> racks) =>
        new([.. racks.Select(name => $"{name}/{NameProbe.Other}")], null, rack, hasApp: true);

    /// <summary>
    /// What is allowed there, as <see cref="CompiledPolicy.Decide(string?, Operation?, Resource)"/> decides it; nothing
    /// to who holds nothing.
    /// </summary>
    public OperationSet Allowed(CompiledPolicy policy, UserAccess? user)
    {
        if (user is null)
        {
            return default;
        }

        var allowed = _resource is { } resource
            ? policy.Allowed(user, resource)
            : user.On(policy.Unwritten(_rack!, _hasApp), withRackLeg: true);
        return _hasApp ? allowed : allowed & (_resource is { RackName: null } ? OnOrg : OnRacks);
    }
}
