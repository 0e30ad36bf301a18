using System.Collections.Immutable;

namespace Palisade.Domain.Apps;

/// <summary>Differences between two environments by key and fingerprint; values are never needed.</summary>
public static class ChangedKeys
{
    /// <summary>Key to <c>add</c>, <c>change</c> or <c>remove</c>.</summary>
    public static ImmutableSortedDictionary<string, string> Between(
        ImmutableSortedDictionary<string, string> before,
        ImmutableSortedDictionary<string, string> after
    )
    {
        var changes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, fingerprint) in after)
        {
            if (!before.TryGetValue(key, out var old))
            {
                changes[key] = "add";
            }
            else if (old != fingerprint)
            {
                changes[key] = "change";
            }
        }

        foreach (var key in before.Keys.Where(k => !after.ContainsKey(k)))
        {
            changes[key] = "remove";
        }

        return changes.ToImmutable();
    }

    /// <summary>
    /// <c>env add:A change:B remove:C</c> (convox-wire.md 5.4), each group sorted, in that group order.
    /// </summary>
    public static string Describe(ImmutableSortedDictionary<string, string> changes)
    {
        string[] order = ["add", "change", "remove"];
        var words = order.SelectMany(kind => changes.Where(c => c.Value == kind).Select(c => $"{kind}:{c.Key}"));
        return string.Join(' ', words.Prepend("env"));
    }
}
