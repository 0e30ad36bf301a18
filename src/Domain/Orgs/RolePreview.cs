using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Domain.Orgs;

/// <summary>
/// What roles would let somebody do, by operation: shown before an invite is sent, and to who got it.
/// </summary>
/// <param name="Organization">Operations on the organization itself.</param>
[GenerateSerializer, Immutable, Alias("palisade.org.role-preview")]
public sealed record RolePreview(
    [property: Id(0)] ImmutableArray<string> Organization,
    [property: Id(1)] ImmutableArray<RackPreview> Racks
)
{
    private const string Somebody = "somebody";

    /// <summary>Problems: those of roles and racks that are given to a member.</summary>
    public static Kernel.Problem? Check(OrgState state, ImmutableArray<RoleGrant> roles) =>
        RoleGrants.Check(state, roles, atLeast: 1);

    /// <param name="resources">The racks and apps that there are.</param>
    public static RolePreview Of(
        OrgState state,
        ImmutableArray<RoleGrant> roles,
        IReadOnlyCollection<Resource> resources
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(resources);
        var apps = resources.Where(resource => resource.AppName is not null).ToLookup(app => app.RackName);
        var access = new CompiledPolicy(state.Name, state.Version, [new(Somebody, state.Held(roles))]);
        return new(
            Names(access, Resource.Org, OperationScope.Org),
            [
                .. resources
                    .Where(resource => resource is { AppName: null, RackName: not null })
                    .Select(rack => Of(access, rack, apps[rack.RackName])),
            ]
        );
    }

    private static RackPreview Of(CompiledPolicy access, Resource rack, IEnumerable<Resource> apps) =>
        new(
            rack.RackName!,
            Names(access, rack, OperationScope.Rack),
            [
                .. apps.Select(app => (App: app.AppName!, Operations: Names(access, app, OperationScope.App)))
                    .GroupBy(app => string.Join(' ', app.Operations), StringComparer.Ordinal)
                    .Select(same => new AppsPreview([.. same.Select(app => app.App)], same.First().Operations)),
            ]
        );

    private static ImmutableArray<string> Names(CompiledPolicy access, Resource resource, OperationScope scope) =>
        [
            .. Operations
                .All.Where(operation =>
                    operation.Scope == scope && access.Decide(Somebody, operation, resource).Allowed
                )
                .Select(operation => operation.Name),
        ];
}

/// <summary>Operations on one rack, and on its apps.</summary>
[GenerateSerializer, Immutable, Alias("palisade.org.rack-preview")]
public sealed record RackPreview(
    [property: Id(0)] string Rack,
    [property: Id(1)] ImmutableArray<string> Operations,
    [property: Id(2)] ImmutableArray<AppsPreview> Apps
);

/// <summary>Apps of a rack on which the same is allowed.</summary>
[GenerateSerializer, Immutable, Alias("palisade.org.apps-preview")]
public sealed record AppsPreview(
    [property: Id(0)] ImmutableArray<string> Apps,
    [property: Id(1)] ImmutableArray<string> Operations
);
