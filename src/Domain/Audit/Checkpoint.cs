using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Palisade.Domain.Audit;

/// <summary>
/// How long a log is and the root of its tree, in the form of c2sp.org/tlog-checkpoint without extension lines.
/// </summary>
/// <param name="Origin">Which log it is: the name of the keys that sign it, and so fit for a terminal.</param>
/// <param name="Size">Its number of leaves.</param>
public sealed record Checkpoint(string Origin, long Size, ReadOnlyMemory<byte> Root)
{
    /// <summary>The organization whose log it is, by the origin's end; "" for the installation's own.</summary>
    public string Org => LogName.OrgOf(Origin[(Origin.LastIndexOf('/') + 1)..]);

    /// <summary>The text that is signed.</summary>
    public string Text =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.Span)}\n");

    public static bool TryParse(string? text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint =
            text?.Split('\n') is [var origin, var size, var root, ""]
            && NoteKey.IsName(origin)
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var leaves)
            && Base64Text.TryRead(root, out var hash)
            && hash.Length == Merkle.HashBytes
                ? new(origin, leaves, hash)
                : null;

        // Leading zeros and the like: there is one text for one checkpoint.
        checkpoint = checkpoint?.Text == text ? checkpoint : null;
        return checkpoint is not null;
    }

    public bool Equals(Checkpoint? other) =>
        other is not null && Origin == other.Origin && Size == other.Size && Root.Span.SequenceEqual(other.Root.Span);

    public override int GetHashCode() => HashCode.Combine(Origin, Size);
}
