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
    /// <summary>Whose rights <see cref="AccessOf"/> decides.</summary>
    public const string Somebody = "somebody";

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
        return Of(AccessOf(state, roles), Somebody, resources);
    }

    /// <summary>What decides for <see cref="Somebody"/> who has these roles and nothing else.</summary>
    public static CompiledPolicy AccessOf(OrgState state, ImmutableArray<RoleGrant> roles)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new(state.Name, state.Version, [new(Somebody, state.Held(roles))]);
    }

    /// <param name="access">What decides.</param>
    /// <param name="who">Whose rights are asked for.</param>
    /// <param name="resources">The racks and apps that there are.</param>
    public static RolePreview Of(CompiledPolicy access, string who, IReadOnlyCollection<Resource> resources)
    {
        ArgumentNullException.ThrowIfNull(access);
        ArgumentNullException.ThrowIfNull(resources);
        var apps = resources.Where(resource => resource.AppName is not null).ToLookup(app => app.RackName);
        return new(
            Names(access, who, Resource.Org, OperationScope.Org),
            [
                .. resources
                    .Where(resource => resource is { AppName: null, RackName: not null })
                    .Select(rack => Of(access, who, rack, apps[rack.RackName])),
            ]
        );
    }

    private static RackPreview Of(CompiledPolicy access, string who, Resource rack, IEnumerable<Resource> apps) =>
        new(
            rack.RackName!,
            Names(access, who, rack, OperationScope.Rack),
            [
                .. apps.Select(app => (App: app.AppName!, Operations: Names(access, who, app, OperationScope.App)))
                    .GroupBy(app => string.Join(' ', app.Operations), StringComparer.Ordinal)
                    .Select(same => new AppsPreview([.. same.Select(app => app.App)], same.First().Operations)),
            ]
        );

    private static ImmutableArray<string> Names(
        CompiledPolicy access,
        string who,
        Resource resource,
        OperationScope scope
    ) =>
        [
            .. Operations
                .All.Where(operation => operation.Scope == scope && access.Decide(who, operation, resource).Allowed)
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
