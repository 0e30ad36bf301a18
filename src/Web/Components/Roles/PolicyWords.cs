using Palisade.Domain.Access;

namespace Palisade.Web.Components.Roles;

/// <summary>Lines of a role in words.</summary>
internal static class PolicyWords
{
    private const string Everything = "everything";

    /// <summary><c>Application:Write</c>; of a refusal <c>all of Billing</c> or <c>Application:app.exec</c>.</summary>
    public static string What(Policy policy) =>
        policy is { IsDeny: true, Action: Policy.Read or Policy.Write }
            ? $"all of {policy.Type}"
            : $"{policy.Type}:{policy.Action}";

    /// <summary>It takes back what lines of all types grant, and refuses nothing.</summary>
    public static bool IsLeftOut(Policy policy) => policy is { IsDeny: true, Type: ResourceType.AllResources };

    /// <summary><c>everything</c>, <c>web, api on racks that match prod-.*</c>.</summary>
    public static string Where(Policy policy) =>
        (policy.Selector.Kind, policy.Racks?.Kind ?? SelectorKind.AllowAll) switch
        {
            (SelectorKind.AllowAll or SelectorKind.DenyAll, SelectorKind.AllowAll) => Everything,
            (SelectorKind.AllowAll or SelectorKind.DenyAll, _) => Racks(policy.Racks!),
            (_, SelectorKind.AllowAll) => Names(policy.Selector),
            _ => $"{Names(policy.Selector)} on {Racks(policy.Racks!)}",
        };

    /// <summary><c>all racks</c>, <c>racks staging, prod</c>.</summary>
    public static string Racks(Selector racks) =>
        racks.Kind switch
        {
            SelectorKind.AllowAll => "all racks",
            SelectorKind.Regex => $"racks that match {racks.Pattern}",
            _ => $"{(racks.Names.Length == 1 ? "rack" : "racks")} {string.Join(", ", racks.Names)}",
        };

    /// <summary>A role in one line.</summary>
    public static string Summary(Role role, int most = 4)
    {
        var lines = string.Join(", ", role.Policies.Take(most).Select(Short));
        return role.Policies.Length > most ? $"{lines} and {role.Policies.Length - most} more" : lines;
    }

    private static string Short(Policy policy)
    {
        var where = Where(policy);
        return (policy.IsDeny ? $"not {What(policy)}" : What(policy))
            + (where == Everything ? "" : $" on {where}")
            + (policy.Without.IsDefaultOrEmpty ? "" : $" without {policy.Without.Length} of it");
    }

    private static string Names(Selector names) =>
        names.Kind == SelectorKind.Regex ? $"names that match {names.Pattern}" : string.Join(", ", names.Names);
}
