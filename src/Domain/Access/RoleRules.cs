using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>Which custom roles are well-formed. What one may be granted is <see cref="EscalationGuard"/>'s.</summary>
public static partial class RoleRules
{
    public const string NameRule =
        "letters, digits, spaces, dots, dashes and underscores, a letter or digit first, at most 64";

    /// <summary>
    /// Problems: <c>role.bad_name</c>, <c>role.bad_policy</c>, <c>access.bad_selector</c>, <c>access.bad_pattern</c>.
    /// </summary>
    public static Problem? Check(string? name, ImmutableArray<Policy> policies)
    {
        if (!IsName(name))
        {
            return string.IsNullOrEmpty(name)
                ? new Invalid("role.bad_name", "A role needs a name") { Suggestion = $"give it one of {NameRule}" }
                : new Invalid("role.bad_name", $"{Printable.Of(name)} is not a role's name")
                {
                    Suggestion = $"use {NameRule}",
                };
        }

        if (policies.IsDefaultOrEmpty || policies.Length > Role.MaxPolicies)
        {
            return Bad($"a role has 1 to {Role.MaxPolicies} policies");
        }

        foreach (var policy in policies)
        {
            if (Check(policy) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Names of roles and of groups.</summary>
    public static bool IsName([NotNullWhen(true)] string? name) => name is not null && NamePattern().IsMatch(name);

    /// <summary>Whether policies on the type choose names.</summary>
    public static bool HasNames(ResourceType type) => SelectorRules.UseOf(type) != SelectorUse.Nothing;

    /// <summary>Which racks a role may be held on: by name, list, pattern or all, always said.</summary>
    public static Problem? CheckRacks(Selector? racks) =>
        racks is null or { Kind: SelectorKind.DenyAll }
            ? new Invalid("access.bad_selector", "it must be said on which racks the role is held")
            {
                Suggestion = "name them, or choose all racks",
            }
            : SelectorRules.Check(racks, SelectorUse.Rack);

    /// <summary>One policy by itself; problems as of the whole.</summary>
    public static Problem? Check(Policy policy)
    {
        if (policy?.Selector is null || !Enum.IsDefined(policy.Type) || policy.Type == ResourceType.None)
        {
            return Bad("a policy names a resource type and a selector");
        }

        if (SelectorRules.Check(policy.Selector, SelectorRules.UseOf(policy.Type)) is { } selector)
        {
            return selector;
        }

        if (policy.Racks is not null && policy.Type != ResourceType.Application)
        {
            return Bad("only Application policies choose racks beside their names");
        }

        return (policy.Racks is null ? null : CheckRacks(policy.Racks)) ?? CheckAction(policy) ?? CheckLeftOut(policy);
    }

    private static Invalid? CheckAction(Policy policy) =>
        policy.Action switch
        {
            Policy.Read or Policy.Write => null,
            _ when Operations.Find(policy.Action) is not { } operation || operation.Type == ResourceType.None => Bad(
                $"no operation is called {Printable.Of(policy.Action)}"
            ),
            _ when Operations.Find(policy.Action)!.AdminOnly => Bad(
                $"{policy.Action} is only the built-in Administrator's"
            ),
            _ when policy.Type != ResourceType.AllResources && Operations.Find(policy.Action)!.Type != policy.Type =>
                Bad($"{policy.Action} does not belong to {policy.Type}"),
            _ => null,
        };

    private static Invalid? CheckLeftOut(Policy policy) =>
        policy.LeftOut.IsEmpty ? null
        : policy.IsDeny || policy.Action is not (Policy.Read or Policy.Write)
            ? Bad("only a granted level can leave operations out")
        : policy.LeftOut.FirstOrDefault(name =>
            Operations.Find(name) is not { } o
            || o.Type == ResourceType.None
            || (policy.Type != ResourceType.AllResources && o.Type != policy.Type)
        )
            is { } unknown
            ? Bad($"{policy.Type} has no operation called {Printable.Of(unknown)}")
        : null;

    private static Invalid Bad(string why) => new("role.bad_policy", $"The role is refused: {why}");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
