using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>What a member may or may not do on a resource, and the rule that says so.</summary>
[GenerateSerializer, Immutable, Alias("palisade.access.verdict")]
public sealed record OperationVerdict(
    [property: Id(0)] string Operation,
    [property: Id(1)] string Permission,
    [property: Id(2)] bool Allowed,
    [property: Id(3)] string Rule
);

/// <summary>Everything that a member may do on a resource.</summary>
public static class WhatCan
{
    /// <summary>
    /// Every operation that can be asked of that resource, by name; those that need a rack or an app that it hasn't are
    /// left out.
    /// </summary>
    public static ImmutableArray<OperationVerdict> Of(CompiledPolicy policy, string userId, Resource resource)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return
        [
            .. Operations
                .All.Where(operation => CompiledPolicy.RefusedOutright(operation, resource) is null)
                .Select(operation => policy.Decide(userId, operation, resource))
                .Select(decision => new OperationVerdict(
                    decision.Operation!.Name,
                    decision.Operation.Permission,
                    decision.Allowed,
                    decision.Rule
                )),
        ];
    }
}
