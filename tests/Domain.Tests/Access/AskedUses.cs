using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Tests.Access;

/// <summary>Requests of the past over a small world, for the tests of questions about access.</summary>
internal static class AskedUses
{
    private static readonly ImmutableArray<string> Racks = ["staging", "prod", "prod-eu"];
    private static readonly ImmutableArray<string> Apps = ["web", "api", "web-admin", "other"];

    public static ImmutableArray<Resource> Resources { get; } =
    [
        Resource.Org,
        .. Racks.Select(Resource.Rack),
        .. Racks.SelectMany(rack => Apps.Select(app => Resource.App(rack, app))),
    ];

    public static AccessUse Use(string user, Operation operation, Resource resource) =>
        new(new(PrincipalKind.User, user, user), operation.Name, resource.ToString(), Allowed: true)
        {
            Count = 1,
            Last = DateTimeOffset.UnixEpoch,
        };

    public static bool Decides(CompiledPolicy policy, AccessUse use) =>
        Resource.TryParse(use.Resource, out var resource)
        && policy.Decide(use.Principal.Id, Operations.Find(use.Operation), resource).Allowed;
}
