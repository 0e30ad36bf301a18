using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// The roles that every organization has and nobody can change (access-model.md; the first three are Convox's,
/// exactly).
/// </summary>
public static class BuiltInRoles
{
    public static Role DeveloperV2 { get; } =
        Make(
            "DeveloperV2",
            Policy.Allow(ResourceType.Application, Policy.Write),
            Policy.Allow(ResourceType.Dashboard, Policy.Read),
            Policy.Allow(ResourceType.Jobs, Policy.Read),
            Policy.Allow(ResourceType.Racks, Policy.Read)
        );

    public static Role OperatorV2 { get; } =
        Make(
            "OperatorV2",
            Policy.Allow(ResourceType.Application, Policy.Write),
            Policy.Allow(ResourceType.Racks, Policy.Write),
            Policy.Allow(ResourceType.Integrations, Policy.Write),
            Policy.Allow(ResourceType.Workflows, Policy.Write),
            Policy.Allow(ResourceType.AuditLogs, Policy.Read),
            Policy.Allow(ResourceType.Dashboard, Policy.Read),
            Policy.Allow(ResourceType.Jobs, Policy.Read)
        );

    /// <summary>Everything, and alone the admin-only operations.</summary>
    public static Role Administrator { get; } =
        Make("Administrator", Policy.Allow(ResourceType.AllResources, Policy.Write));

    /// <summary>Reads everything, reveals no secret.</summary>
    public static Role Auditor { get; } =
        Make(
            "Auditor",
            Policy.Allow(ResourceType.AllResources, Policy.Read) with
            {
                Without =
                [
                    .. Operations.All.Where(o => o is { Level: AccessLevel.Read, Reveal: true }).Select(o => o.Name),
                ],
            }
        );

    /// <summary>Deploys, without a way into containers or to the values of the environment.</summary>
    public static Role Deployer { get; } =
        Make(
            "Deployer",
            Policy.Allow(ResourceType.Application, Policy.Write) with
            {
                Without =
                [
                    .. Operations
                        .All.Where(o => o.Type == ResourceType.Application && !o.AdminOnly && (o.Reveal || o.Enters))
                        .Select(o => o.Name),
                ],
            },
            Policy.Allow(ResourceType.Racks, Policy.Read)
        );

    public static ImmutableArray<Role> All { get; } = [Administrator, Auditor, Deployer, DeveloperV2, OperatorV2];

    /// <summary>The built-in role of that id, or null.</summary>
    public static Role? Find(string? id)
    {
        foreach (var role in All)
        {
            if (role.Id == id)
            {
                return role;
            }
        }

        return null;
    }

    private static Role Make(string name, params ReadOnlySpan<Policy> policies) =>
        new()
        {
            Id = name,
            Name = name,
            Policies = [.. policies],
        };
}
