using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>Walks the roles again for one operation, slowly and rule by rule, and says what happened.</summary>
internal static class Explainer
{
    private const string Nothing = "no role grants it";

    public static Explanation Explain(CompiledPolicy? policy, string? userId, Operation? operation, Resource resource)
    {
        var outright = policy is null ? "there is no policy" : CompiledPolicy.RefusedOutright(operation, resource);
        if (outright is null && policy!.Find(userId) is null)
        {
            outright =
                userId is null ? "the caller is no user who acts in this organization"
                : policy.Kind == PrincipalKind.DeployKey ? "there is no such deploy key, or it works no more"
                : "the caller is no member of this organization";
        }

        if (outright is not null)
        {
            return new()
            {
                Allowed = false,
                Operation = operation?.Name ?? "unknown",
                Resource = resource.ToString(),
                Legs = [],
                Rule = outright,
            };
        }

        var user = policy!.Find(userId)!;
        var legs = ImmutableArray.CreateBuilder<ExplainedLeg>();
        legs.Add(Leg(policy, user, operation!, resource));
        if (operation!.Type == ResourceType.Application)
        {
            legs.Add(
                resource.RackName is null
                    ? Leg(policy, user, Operations.RackList, Resource.Org)
                    : Leg(policy, user, Operations.RackGet, Resource.Rack(resource.RackName))
            );
        }

        var refused = legs.FirstOrDefault(leg => !leg.Allowed);
        return new()
        {
            Allowed = refused is null,
            Operation = operation.Name,
            Resource = resource.ToString(),
            Legs = legs.ToImmutable(),
            Rule = (refused ?? legs[0]).Rule,
            SmallestGrant = refused is null
                ? null
                : string.Join("; ", legs.Where(leg => !leg.Allowed).Select(SmallestGrant)),
        };
    }

    private static ExplainedLeg Leg(CompiledPolicy policy, UserAccess user, Operation operation, Resource resource)
    {
        string? refusedBy = null,
            grantedBy = null;
        var seen = new List<string>();
        var probe = policy.Probe(resource, operation.Lists);
        foreach (var held in user.Roles)
        {
            var (granted, refused) = Ask(held, operation, probe, seen);
            grantedBy ??= granted;
            refusedBy ??= refused;
        }

        var rule = refusedBy ?? grantedBy ?? Nothing;
        return new()
        {
            Permission = operation.Permission,
            Operation = operation.Name,
            Resource = resource.ToString(),
            Allowed = refusedBy is null && grantedBy is not null,
            Rule = rule,
            Lost = [.. seen.Where(text => text != rule)],
        };
    }

    private static (string? GrantedBy, string? RefusedBy) Ask(
        (CompiledRole Role, string? Group) held,
        Operation operation,
        NameProbe probe,
        List<string> seen
    )
    {
        var specific = held.Role.On(operation.Type);
        var matching = specific
            .Rules.Select(rule => (Rule: rule, Match: rule.Of(ref probe)))
            .Where(x => x.Match != Match.No)
            .ToList();
        var decided = matching.Any(x => x.Match == Match.Yes);
        seen.AddRange(matching.Select(x => x.Rule).Concat(held.Role.AllResources).Select(rule => Text(held, rule)));

        // Alone against this operation, the role's limit to racks decides in one place only: TypeRules.
        OperationSet grants = default,
            refuses = default;
        specific.Evaluate(ref probe, ref grants, ref refuses);
        var granting = matching
            .Select(x => x.Rule)
            .Concat(decided ? [] : held.Role.AllResources)
            .FirstOrDefault(rule => !rule.IsDeny && rule.Operations.Has(operation));
        var refusing = matching
            .Where(x => x.Match == Match.Yes)
            .Select(x => x.Rule)
            .FirstOrDefault(rule => rule.IsDeny && rule.Operations.Has(operation));
        return (
            grants.Has(operation) && granting is not null ? Text(held, granting) : null,
            refuses.Has(operation) && refusing is not null ? Text(held, refusing) : null
        );
    }

    private static string SmallestGrant(ExplainedLeg leg)
    {
        var operation = Operations.Find(leg.Operation)!;
        var where = Resource.TryParse(leg.Resource, out var resource) ? resource.Display : leg.Resource;
        return operation switch
        {
            _ when leg.Rule != Nothing => $"take away what refuses it: {leg.Rule}",
            { AdminOnly: true } => $"the built-in role {BuiltInRoles.Administrator.Name} on all racks",
            _ => $"{operation.Type}:{operation.Name} on {where}",
        };
    }

    private static string Text((CompiledRole Role, string? Group) held, CompiledRule rule)
    {
        var role = held.Role.Held;
        var limits =
            !held.Role.IsLimited ? ""
            : role.Apps is null ? $", held on racks {role.Racks}"
            : $", held on racks {role.Racks}, apps {role.Apps}";
        var group = held.Group is null ? "" : $", through group {held.Group}";
        return $"role {role.Role.Name}{limits}{group}: {rule.Source}";
    }
}
