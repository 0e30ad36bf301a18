using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>Somebody who may do something, and the roles, groups and policies through which.</summary>
/// <param name="Id">Of a user or a deploy key.</param>
/// <param name="Path">The deciding rule of each leg: of the operation itself and, for an application, of Racks:Read on
/// its rack.</param>
[GenerateSerializer, Immutable, Alias("palisade.access.able")]
public sealed record Able(
    [property: Id(0)] string Id,
    [property: Id(1)] ImmutableArray<string> Path,
    [property: Id(2)] PrincipalKind Kind
);

/// <summary>Which of a policy's members, or deploy keys, may do an operation on a resource.</summary>
public static class WhoCan
{
    /// <summary>Why no role needs to be asked, so that nobody may; null when roles decide.</summary>
    public static string? Unanswerable(Operation operation, Resource resource) =>
        CompiledPolicy.RefusedOutright(operation, resource);

    /// <summary>Ordered by id.</summary>
    public static ImmutableArray<Able> Of(CompiledPolicy policy, Operation operation, Resource resource)
    {
        ArgumentNullException.ThrowIfNull(policy);

        // Members who hold the same are allowed for the same reasons: an organization of thousands has few
        // combinations.
        var paths = new Dictionary<UserAccess, ImmutableArray<string>>(ReferenceEqualityComparer.Instance);
        var able = ImmutableArray.CreateBuilder<Able>();
        foreach (var (userId, access) in policy.Users.OrderBy(user => user.Key, StringComparer.Ordinal))
        {
            if (!paths.TryGetValue(access, out var path))
            {
                var decision = policy.Decide(userId, operation, resource);
                paths[access] = path = decision.Allowed ? [.. decision.Explain().Legs.Select(leg => leg.Rule)] : [];
            }

            if (!path.IsEmpty)
            {
                able.Add(new(userId, path, policy.Kind));
            }
        }

        return able.ToImmutable();
    }
}
