namespace Palisade.Domain.Audit.Changes;

/// <summary>Keeps what is told within its bounds.</summary>
public sealed partial class ChangeList
{
    internal static ChangeSet Join(ChangeSet first, ChangeSet second)
    {
        var changes = new ChangeList { _leftOut = first.LeftOut + second.LeftOut };
        foreach (var change in first.Items.Concat(second.Items))
        {
            changes.Add(change);
        }

        return changes.ToSet();
    }

    private static ChangeKind KindOf(object? before, object? after) =>
        before is null ? ChangeKind.Added
        : after is null ? ChangeKind.Removed
        : ChangeKind.Changed;

    private void Add(string path, ChangeValue? before, ChangeValue? after, bool secret = false)
    {
        var cut = false;
        var change = new FieldChange(path, KindOf(before, after), Bounded(before, ref cut), Bounded(after, ref cut));
        Add(change with { Secret = secret, Cut = cut });
    }

    private void Add(FieldChange change)
    {
        var cut = change.Cut;
        change = change with { Path = Bounded(change.Path, ref cut), Cut = cut };
        var size = change.Path.Length + Size(change.Before) + Size(change.After);
        if (_changes.Count == MaxChanges || _total + size > MaxTotal)
        {
            _leftOut++;
            return;
        }

        _total += size;
        _changes.Add(change);
    }

    private static int Size(ChangeValue? value) =>
        value switch
        {
            ChangeValue.Text text => text.Value.Length,
            ChangeValue.List list => list.Items.Sum(item => item.Length),
            _ => 0,
        };

    private static ChangeValue? Bounded(ChangeValue? value, ref bool cut)
    {
        switch (value)
        {
            case ChangeValue.Text { Value.Length: > MaxText } text:
                return new ChangeValue.Text(Bounded(text.Value, ref cut));
            case ChangeValue.List list when list.Items.Any(item => item.Length > MaxText):
                cut = true;
                var each = false;
                return new ChangeValue.List([.. list.Items.Select(item => Bounded(item, ref each))]);
            default:
                return value;
        }
    }

    private static string Bounded(string text, ref bool cut)
    {
        if (text.Length <= MaxText)
        {
            return text;
        }

        cut = true;
        return text[..(char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText)];
    }
}
