using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Palisade.Domain.Access;

namespace Palisade.Domain.Tests.Access;

/// <summary>
/// The words of access-model.md read once more, slowly and from the words alone: one operation, one resource, no sets,
/// no compiled form. A list is allowed when some name makes it so; here that is tried out on given names.
/// </summary>
internal static class BruteForce
{
    private static readonly string[] RackNames = ["staging", "prod", "prod-eu", "zzz"];
    private static readonly string[] LeafNames = ["web", "api", "web-admin", "zzz"];
    private static readonly Dictionary<string, Regex> Regexes = [];

    public static bool Decide(ImmutableArray<HeldRole> roles, Operation operation, Resource resource)
    {
        if (operation.Type == ResourceType.None)
        {
            return false;
        }

        if (operation.Lists && (resource.RackName is null || resource.AppName is null))
        {
            return AnyItem(roles, operation, resource);
        }

        if (
            (operation.Scope == OperationScope.App && resource.AppName is null)
            || (operation.Scope == OperationScope.Rack && resource.RackName is null)
        )
        {
            return false;
        }

        return Leg(roles, operation, resource.RackName, Leaf(operation, resource))
            && (operation.Type != ResourceType.Application || Leg(roles, Operations.RackGet, resource.RackName, null));
    }

    // What its names are about: an app, or an item where the type has items.
    private static string? Leaf(Operation operation, Resource resource) =>
        HasItems(operation.Type) ? resource.ItemName : resource.AppName;

    private static bool HasItems(ResourceType type) =>
        type is ResourceType.Workflows or ResourceType.Integrations or ResourceType.DeployKeys;

    // Whether the two legs have some rack and app each; the application's leg needs a rack that both agree on only when
    // it is given.
    private static bool AnyItem(ImmutableArray<HeldRole> roles, Operation operation, Resource resource)
    {
        string?[] racks = resource.RackName is null ? [.. RackNames, null] : [resource.RackName];
        string?[] leaves = Leaf(operation, resource) is { } leaf ? [leaf] : [.. LeafNames, null];
        var own = racks.Any(rack =>
            leaves.Any(leaf =>
                (rack is not null || leaf is null || HasItems(operation.Type)) && Leg(roles, operation, rack, leaf)
            )
        );
        var rackLeg =
            operation.Type != ResourceType.Application
            || (
                resource.RackName is null
                    ? RackNames.Any(rack => Leg(roles, Operations.RackList, rack, null))
                    : Leg(roles, Operations.RackGet, resource.RackName, null)
            );
        return own && rackLeg;
    }

    private static bool Leg(ImmutableArray<HeldRole> roles, Operation operation, string? rack, string? leaf)
    {
        var allowed = false;
        foreach (var held in roles)
        {
            var (allows, denies) = Ask(held, operation, rack, leaf);
            if (denies)
            {
                return false;
            }

            allowed |= allows;
        }

        return allowed;
    }

    private static (bool Allows, bool SpecificallyDenies) Ask(
        HeldRole held,
        Operation operation,
        string? rack,
        string? leaf
    )
    {
        var limited = held.Racks.Kind != SelectorKind.AllowAll || held.Apps is { Kind: not SelectorKind.AllowAll };
        var belongsToRacks =
            operation.Type
            is ResourceType.Application
                or ResourceType.Racks
                or ResourceType.Jobs
                or ResourceType.Workflows
                or ResourceType.KubectlAccess;
        if (limited && belongsToRacks && !MatchesRack(held.Racks, rack))
        {
            return (false, false);
        }

        if (
            operation.Type is ResourceType.Application or ResourceType.Jobs
            && held.Apps is { Kind: not SelectorKind.AllowAll }
            && !MatchesApp(held.Apps, rack, leaf)
        )
        {
            return (false, false);
        }

        var administrator = held.Role.Id == "Administrator" && !limited;
        var specific = held.Role.Policies.Where(p => p.Type == operation.Type && Matches(p, rack, leaf)).ToList();
        var deciding =
            specific.Count > 0 ? specific : held.Role.Policies.Where(p => p.Type == ResourceType.AllResources).ToList();
        if (
            deciding.Any(p =>
                p.Selector.Kind == SelectorKind.DenyAll && (p.Action is "Read" or "Write" || p.Action == operation.Name)
            )
        )
        {
            return (false, specific.Count > 0);
        }

        var allows =
            deciding.Any(p => p.Selector.Kind != SelectorKind.DenyAll && Grants(p, operation))
            && (!operation.AdminOnly || administrator)
            && (!limited || belongsToRacks || operation.Type == ResourceType.Dashboard);
        return (allows, false);
    }

    private static bool Grants(Policy policy, Operation operation) =>
        policy.Action == operation.Name
        || (policy.Action == "Write" && !policy.Without.Contains(operation.Name))
        || (policy.Action == "Read" && operation.Level == AccessLevel.Read && !policy.Without.Contains(operation.Name));

    private static bool Matches(Policy policy, string? rack, string? leaf)
    {
        if (policy.Selector.Kind is not (SelectorKind.AllowAll or SelectorKind.DenyAll))
        {
            var byName =
                policy.Type == ResourceType.Racks
                    ? MatchesRack(policy.Selector, rack)
                    : MatchesApp(policy.Selector, rack, leaf);
            if (!byName)
            {
                return false;
            }
        }

        return policy.Racks is null || MatchesRack(policy.Racks, rack);
    }

    private static bool MatchesRack(Selector selector, string? rack) =>
        selector.Kind switch
        {
            SelectorKind.AllowAll => true,
            _ when rack is null => false,
            SelectorKind.Name or SelectorKind.List => selector.Names.Contains(rack),
            SelectorKind.Regex => Whole(selector.Pattern!, rack),
            _ => false,
        };

    private static bool MatchesApp(Selector selector, string? rack, string? leaf) =>
        leaf is not null
        && selector.Kind switch
        {
            SelectorKind.Name or SelectorKind.List => selector.Names.Any(n =>
                n == (n.Contains('/') ? $"{rack}/{leaf}" : leaf)
            ),
            SelectorKind.Regex => Whole(selector.Pattern!, selector.Pattern!.Contains('/') ? $"{rack}/{leaf}" : leaf),
            _ => false,
        };

    // The generated patterns can cross a / only where they name one, so that one match over the joined name is the
    // same.
    private static bool Whole(string pattern, string text)
    {
        if (!Regexes.TryGetValue(pattern, out var regex))
        {
            Regexes[pattern] = regex = new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant);
        }

        return regex.IsMatch(text);
    }
}
