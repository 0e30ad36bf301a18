using System.Collections.Immutable;

namespace Palisade.Domain.Audit.Changes;

/// <summary>What one entry changed. Made by a <see cref="ChangeList"/>, which keeps it bounded.</summary>
/// <param name="LeftOut">How many more fields changed than are listed.</param>
public sealed record ChangeSet(ImmutableArray<FieldChange> Items, int LeftOut = 0)
{
    public static ChangeSet None { get; } = new([]);

    /// <summary>That of one text; none when it is the same.</summary>
    public static ChangeSet Of(string path, string? before, string? after)
    {
        var changes = new ChangeList();
        changes.Text(path, before, after);
        return changes.ToSet();
    }

    /// <summary>Both, as what one entry changed: within the bounds of one.</summary>
    public ChangeSet And(ChangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other == None ? this : ChangeList.Join(this, other);
    }

    /// <summary>On one line, as tables show it.</summary>
    public override string ToString() => string.Join("; ", Items) + (LeftOut == 0 ? "" : $"; and {LeftOut} more");
}
