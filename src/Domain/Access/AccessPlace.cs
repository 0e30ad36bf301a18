namespace Palisade.Domain.Access;

/// <summary>
/// Where access is compared: a resource, or all those that don't exist yet and that no role writes down.
/// </summary>
internal sealed class AccessPlace
{
    private static readonly OperationSet OnRacks = OperationSet.Where(o => o.Scope != OperationScope.App || o.Lists);
    private static readonly OperationSet OnOrg = OperationSet.Where(o => o.Scope == OperationScope.Org || o.Lists);

    private readonly Resource? _resource;
    private readonly string? _rack;
    private readonly bool _hasApp;

    private AccessPlace(string name, Resource? resource, string? rack, bool hasApp) =>
        (Name, _resource, _rack, _hasApp) = (name, resource, rack, hasApp);

    public static AccessPlace AnyRack { get; } = new(NameProbe.Other, null, NameProbe.Other, hasApp: false);

    public string Name { get; }

    public static AccessPlace Of(Resource resource) =>
        new(resource.ToString(), resource, null, resource.AppName is not null);

    public static AccessPlace AnyApp(string rack) => new($"{rack}/{NameProbe.Other}", null, rack, hasApp: true);

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
