using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit.Changes;

/// <summary>
/// Collects the fields that differ between what was there and what is there now; what is the same is not listed. ""
/// and an empty list are nothing: a field that had nothing before is added.
/// </summary>
public sealed partial class ChangeList
{
    /// <summary>Most changes of one entry; the event itself says the rest.</summary>
    public const int MaxChanges = 200;

    /// <summary>Most characters of one value.</summary>
    public const int MaxText = 300;

    /// <summary>Most characters of all values and paths of one entry.</summary>
    public const int MaxTotal = 32 << 10;

    private readonly ImmutableArray<FieldChange>.Builder _changes = ImmutableArray.CreateBuilder<FieldChange>();
    private int _total;
    private int _leftOut;

    public void Text(string path, string? before, string? after)
    {
        if ((before ?? "") != (after ?? ""))
        {
            Add(path, Of(before), Of(after));
        }

        static ChangeValue? Of(string? text) => string.IsNullOrEmpty(text) ? null : new ChangeValue.Text(text);
    }

    public void Number(string path, long? before, long? after)
    {
        if (before != after)
        {
            Add(path, Of(before), Of(after));
        }

        static ChangeValue? Of(long? number) => number is { } value ? new ChangeValue.Number(value) : null;
    }

    public void Flag(string path, bool before, bool after)
    {
        if (before != after)
        {
            Add(path, new ChangeValue.Flag(before), new ChangeValue.Flag(after));
        }
    }

    public void Time(string path, DateTimeOffset? before, DateTimeOffset? after)
    {
        if (before != after)
        {
            Text(path, Of(before), Of(after));
        }

        static string? Of(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
    }

    /// <summary>A short list that is one value.</summary>
    public void List(string path, IEnumerable<string> before, IEnumerable<string> after)
    {
        ImmutableArray<string> was = [.. before];
        ImmutableArray<string> now = [.. after];
        if (!was.SequenceEqual(now))
        {
            Add(path, Of(was), Of(now));
        }

        static ChangeValue? Of(ImmutableArray<string> items) => items.IsEmpty ? null : new ChangeValue.List(items);
    }

    /// <summary>A set: a change for each item that came or went.</summary>
    public void Each(string path, IReadOnlyCollection<string> before, IReadOnlyCollection<string> after)
    {
        foreach (var item in before.Except(after, StringComparer.Ordinal))
        {
            Text(path, item, null);
        }

        foreach (var item in after.Except(before, StringComparer.Ordinal))
        {
            Text(path, null, item);
        }
    }

    /// <summary>What is held by name or id: those that differ, one after the other.</summary>
    /// <param name="compare">Given the path of one, and what it was and is.</param>
    public static void Map<T>(
        string path,
        ImmutableSortedDictionary<string, T> before,
        ImmutableSortedDictionary<string, T> after,
        Action<string, T?, T?> compare
    )
        where T : class
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(compare);
        if (ReferenceEquals(before, after))
        {
            return;
        }

        foreach (var (key, was) in before)
        {
            var now = after.GetValueOrDefault(key);
            if (!was.Equals(now))
            {
                compare($"{path}.{key}", was, now);
            }
        }

        foreach (var (key, now) in after)
        {
            if (!before.ContainsKey(key))
            {
                compare($"{path}.{key}", null, now);
            }
        }
    }

    /// <summary>A secret of which the house keeps keyed fingerprints (S19).</summary>
    public void Secret(string path, string? before, string? after)
    {
        if (before != after)
        {
            Add(
                path,
                before is null ? null : new ChangeValue.Text(before),
                after is null ? null : new ChangeValue.Text(after),
                secret: true
            );
        }
    }

    /// <summary>A secret of which nothing is shown but that it came, went or is another.</summary>
    public void Hidden(string path, object? before, object? after)
    {
        if (!Equals(before, after))
        {
            Add(new FieldChange(path, KindOf(before, after)) { Secret = true });
        }
    }

    /// <summary>What is personal, as it is sealed in the state.</summary>
    /// <param name="place">See <see cref="ChangeValue.Personal"/>.</param>
    public void Personal(string path, Sealed? before, Sealed? after, string place)
    {
        if (before != after)
        {
            Add(path, Of(before), Of(after));
        }

        ChangeValue? Of(Sealed? box) => box is null ? null : new ChangeValue.Personal(box, place);
    }

    public ChangeSet ToSet() => _changes.Count + _leftOut == 0 ? ChangeSet.None : new(_changes.ToImmutable(), _leftOut);
}
