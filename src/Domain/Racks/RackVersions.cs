using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Racks;

/// <summary>
/// Our rack versions. COMPAT: clients compare them as text and take forms like <c>3.18.9</c> (convox-wire.md 8.5);
/// staying below 3.24.6 keeps newer clients from expecting budgets.
/// </summary>
public static class RackVersions
{
    /// <summary>Oldest first.</summary>
    public static ImmutableArray<string> All { get; } = ["3.19.0"];

    public static string Newest => All[^1];

    /// <summary>
    /// A version above our newest means our newest: a client asked for none names its vendor's newest. An unknown lower
    /// one is refused.
    /// </summary>
    public static Result<string> Resolve(string requested)
    {
        if (All.Contains(requested))
        {
            return requested;
        }

        return
            requested is { Length: <= 40 }
            && Version.TryParse(requested, out var asked)
            && asked > Version.Parse(Newest)
            ? Newest
            : new Invalid("rack.version_unknown", $"unknown rack version {Printable.Of(requested)}")
            {
                Suggestion = $"use one of {string.Join(", ", All)}",
            };
    }
}
