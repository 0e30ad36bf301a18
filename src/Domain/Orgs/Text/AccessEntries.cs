using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Orgs.Text;

/// <summary>
/// Reads one entry of an access document; what is wrong goes to its reading, with line, key and remedy.
/// </summary>
internal sealed class AccessEntries(MapReader map)
{
    private const string NamesRemedy = "write a name, [a list], \"/a pattern/\" or \"*\" for all";

    public RoleEntry? Role()
    {
        var (name, id) = (Name("name"), map.Text("id"));
        var items = map.Items("policies");
        var policies = items
            .Select((item, i) => Policy(item, $"{map.PathOf("policies")}[{i}]"))
            .OfType<Policy>()
            .ToImmutableArray();
        map.Finish();
        if (name is not null && !RoleRules.IsName(name))
        {
            map.Refuse(map.Map, map.PathOf("name"), "not a role's name", $"use {RoleRules.NameRule}");
        }

        if (items.Count is 0 or > Access.Role.MaxPolicies)
        {
            map.Refuse(
                map.Map,
                map.PathOf("policies"),
                $"a role has 1 to {Access.Role.MaxPolicies} policies",
                "write policies: and a line that starts with - allow: below it"
            );
        }

        return name is null ? null : new(name, id, policies);
    }

    public GroupEntry? Group()
    {
        var (name, id, roles) = (Name("name"), map.Text("id"), Grants());
        map.Finish();
        if (name is not null && !RoleRules.IsName(name))
        {
            map.Refuse(map.Map, map.PathOf("name"), "not a group's name", $"use {RoleRules.NameRule}");
        }

        return name is null ? null : new(name, id, roles);
    }

    public MemberEntry? Member()
    {
        var (user, roles) = (Name("user"), Grants());
        ImmutableArray<string>? groups = IsWritten("groups")
            ?
            [
                .. map.Items("groups")
                    .Select((item, i) => map.Scalar(item, $"{map.PathOf("groups")}[{i}]")?.Value)
                    .OfType<string>(),
            ]
            : null;
        map.Finish();
        return user is null ? null : new(user, roles, groups);
    }

    private string? Name(string key)
    {
        if (map.Text(key) is { Length: > 0 } name)
        {
            return name;
        }

        map.Refuse(map.Map, map.PathOf(key), "missing", $"write {key}: and a name");
        return null;
    }

    /// <summary>
    /// Whether the key is there. SECURITY: one without a value could be taken for all as well as for none, and is
    /// refused.
    /// </summary>
    public bool IsWritten(string key)
    {
        map.Take(key);
        if (map.Map.Key(key) is { } written && !map.Has(key))
        {
            map.Refuse(
                written,
                map.PathOf(key),
                "nothing is written after it",
                "write a value, [] for none, or leave the key out"
            );
        }

        return map.Has(key);
    }

    private ImmutableArray<GrantEntry> Grants()
    {
        if (!IsWritten("roles") && map.Map.Key("roles") is null)
        {
            map.Refuse(map.Map, map.PathOf("roles"), "missing", "write roles: and what is held, or roles: [] for none");
        }

        return ReadGrants();
    }

    private ImmutableArray<GrantEntry> ReadGrants() =>
        [
            .. map.Items("roles")
                .Select(
                    (item, i) =>
                        map.Child(item, $"{map.PathOf("roles")}[{i}]") is { } child
                            ? new AccessEntries(child).Grant()
                            : null
                )
                .OfType<GrantEntry>(),
        ];

    private GrantEntry? Grant()
    {
        var (role, racks) = (Name("role"), Names("racks"));
        map.Finish();
        if (map.Map.Key("racks") is null)
        {
            map.Refuse(
                map.Map,
                map.PathOf("racks"),
                "it must be said on which racks the role is held",
                "name them, or write racks: \"*\" for all"
            );
        }
        else if (racks is not null)
        {
            Check(map.Map, map.PathOf("racks"), RoleRules.CheckRacks(racks));
        }

        return role is null || racks is null ? null : new(role, racks);
    }

    private Policy? Policy(YamlItem item, string path) =>
        map.Child(item, path) is { } child ? new AccessEntries(child).Policy() : null;

    private Policy? Policy()
    {
        var (allow, deny) = (map.Text("allow"), map.Text("deny"));
        var (on, racks) = (Names("on"), Names("racks"));
        var without = map.Items("without")
            .Select((item, i) => map.Scalar(item, $"{map.PathOf("without")}[{i}]")?.Value)
            .OfType<string>()
            .ToImmutableArray();
        map.Finish();
        if ((allow is null) == (deny is null))
        {
            map.Refuse(
                map.Map,
                map.Path,
                "a policy is an allow or a deny",
                "write allow: Application:Write, or deny: Billing"
            );
            return null;
        }

        if (deny is not null && on is not null)
        {
            map.Refuse(map.Map.Key("on")!, map.PathOf("on"), "a refusal chooses no names", "leave on: out");
            return null;
        }

        if (What(allow ?? deny!, allow is null) is not { } what)
        {
            return null;
        }

        var policy = new Policy
        {
            Type = what.Type,
            Action = what.Action,
            Selector = deny is not null ? Selector.DenyAll : on ?? Selector.AllowAll,
            Racks = racks,
            Without = without,
        };
        Check(map.Map, map.Path, RoleRules.Check("role", [policy]));
        return policy;
    }

    private (ResourceType Type, string Action)? What(string text, bool isDeny)
    {
        var (type, action) = text.Split(':', 2) is [var named, var act]
            ? (named, act)
            : (text, isDeny ? Access.Policy.Write : "");
        if (
            Enum.GetValues<ResourceType>().FirstOrDefault(t => t.ToString() == type) is var known
            && known == ResourceType.None
        )
        {
            var near = YamlValues.TryNearest(type, Enum.GetNames<ResourceType>(), out var nearest)
                ? $"did you mean {nearest}?"
                : "GET /api/v1/operations lists the types";
            map.Refuse(map.Map, map.Path, $"no resource type is called {ManifestReading.Clean(type)}", near);
            return null;
        }

        if (action.Length == 0)
        {
            map.Refuse(
                map.Map,
                map.Path,
                "it must be said what is allowed",
                $"write {type}:Read, {type}:Write or {type}: and an operation"
            );
            return null;
        }

        return (known, action);
    }

    private Selector? Names(string key)
    {
        switch (IsWritten(key) ? map.Take(key) : null)
        {
            case null:
                return null;
            case YamlScalar { Value: "*" }:
                return Selector.AllowAll;
            case YamlScalar { Value: ['/', .. var pattern, '/'] }:
                return Selector.Regex(pattern);
            case YamlScalar scalar:
                return Selector.Name(scalar.Value);
            case YamlList:
                return new Selector
                {
                    Kind = SelectorKind.List,
                    Names =
                    [
                        .. map.Items(key).Select((item, i) => map.Scalar(item, $"{map.PathOf(key)}[{i}]")?.Value ?? ""),
                    ],
                };
            case var other:
                map.Refuse(other, map.PathOf(key), $"{other.Kind}, but names are wanted", NamesRemedy);
                return null;
        }
    }

    // Problems of the rules have no place of their own: they are told at the entry's.
    private void Check(YamlItem at, string key, Kernel.Problem? problem)
    {
        if (problem is not null)
        {
            map.Refuse(at, key, problem.Message, problem.Suggestion ?? "see the guide to access");
        }
    }
}
