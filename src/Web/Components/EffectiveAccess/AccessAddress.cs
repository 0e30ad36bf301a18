using Palisade.Domain.Access;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>Addresses of questions about access, so that each can be kept and sent.</summary>
internal static class AccessAddress
{
    public static string WhoCan(string org) => $"/o/{org}/access";

    public static string WhatCan(string org, string who = "", string on = "") =>
        With($"{WhoCan(org)}/what", ("who", who), ("on", on));

    public static string Why(string org) => $"{WhoCan(org)}/why";

    public static string Why(string org, string who, Operation operation, Resource resource) =>
        With(Why(org), ("who", who), ("op", operation.Name), ("on", resource.ToString()));

    /// <summary>Of a refusal that is on record.</summary>
    public static string WhyThen(string org, string decision) => With(Why(org), ("decision", decision));

    /// <param name="of">Of a role, a member or a deploy key.</param>
    public static string Unused(string org, string of = "") => With($"{WhoCan(org)}/unused", ("of", of));

    /// <summary>What is "" is left out.</summary>
    public static string With(string path, params IEnumerable<(string Name, string Value)> query)
    {
        var given = query
            .Where(part => part.Value.Length > 0)
            .Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}");
        return $"{path}?{string.Join('&', given)}".TrimEnd('?');
    }
}
