using System.Text.Json.Serialization;

namespace Palisade.Domain.Access;

/// <summary>
/// What a policy is about. The list is Convox's, so that roles import unchanged; <see cref="None"/> is no policy's type
/// and belongs to operations that no organization's role can grant (account, installation, system).
/// </summary>
[GenerateSerializer, Alias("palisade.access.resource-type")]
[JsonConverter(typeof(JsonStringEnumConverter<ResourceType>))]
public enum ResourceType
{
    None,
    AllResources,
    Application,
    AuditLogs,
    Billing,
    Dashboard,
    DeployKeys,
    Integrations,
    Jobs,
    KubectlAccess,
    OrganizationSettings,
    Racks,
    Roles,
    Support,
    Users,
    Workflows,
}
