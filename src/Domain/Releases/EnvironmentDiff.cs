using System.Collections.Immutable;

namespace Palisade.Domain.Releases;

/// <summary>Which names differ between two environments, each list sorted by ordinal. Holds no values.</summary>
[GenerateSerializer, Immutable, Alias("palisade.releases.environment-diff")]
public sealed record EnvironmentDiff(
    ImmutableArray<string> Added,
    ImmutableArray<string> Changed,
    ImmutableArray<string> Removed
)
{
    public bool IsEmpty => Added.IsEmpty && Changed.IsEmpty && Removed.IsEmpty;

    /// <summary>
    /// The default description of an env release (convox-wire.md 5.4): <c>env add:A change:B remove:C</c>; <c>env</c>
    /// when nothing differs.
    /// </summary>
    public string Description =>
        string.Join(
            ' ',
            Added
                .Select(n => "add:" + n)
                .Concat(Changed.Select(n => "change:" + n))
                .Concat(Removed.Select(n => "remove:" + n))
                .Prepend("env")
        );

    public static EnvironmentDiff Between(
        IReadOnlyDictionary<string, string> before,
        IReadOnlyDictionary<string, string> after
    )
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return new(
            Sorted(after.Keys.Where(n => !before.ContainsKey(n))),
            Sorted(after.Where(v => before.TryGetValue(v.Key, out var old) && old != v.Value).Select(v => v.Key)),
            Sorted(before.Keys.Where(n => !after.ContainsKey(n)))
        );
    }

    private static ImmutableArray<string> Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
}
