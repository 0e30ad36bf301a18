using System.Collections.Immutable;

namespace Palisade.Domain.Audit;

/// <summary>The keys that signed a log, oldest first. Each but the first was announced by the one before it.</summary>
public sealed record KeyHistory(ImmutableArray<KeyLink> Links)
{
    /// <summary>A bound against bundles made to be slow.</summary>
    public const int MaxKeys = 1000;

    private const string Title = "palisade audit key succession v1";

    public NoteKey Current => Links[^1].Key;

    /// <summary>What both keys sign when the second follows the first.</summary>
    public static string SuccessionText(NoteKey before, NoteKey after)
    {
        ArgumentNullException.ThrowIfNull(before);
        return $"{Title}\n{before}\n{after}\n";
    }

    /// <summary>
    /// What is wrong with it; null when each key was announced by the one before it, all of this origin.
    /// </summary>
    public string? Fault(string origin)
    {
        if (Links.IsDefaultOrEmpty || Links.Length > MaxKeys || Links[0].Succession is not null)
        {
            return "the history of keys has no beginning";
        }

        for (var i = 0; i < Links.Length; i++)
        {
            var (key, succession) = Links[i];
            if (key.Name != origin)
            {
                return $"key {key.HexId} is of another log";
            }

            if (i > 0 && !(succession is not null && IsAnnounced(Links[i - 1].Key, key, succession)))
            {
                return $"key {key.HexId} was not announced by the key before it";
            }
        }

        return null;
    }

    /// <summary>
    /// The place of the newest key that signed a note; -1 when none did, when somebody else signed it too, or when a
    /// signature does not hold.
    /// </summary>
    public int SignerOf(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        var (newest, signed) = (-1, 0);
        for (var i = 0; i < Links.Length; i++)
        {
            if (note.IsSignedBy(Links[i].Key) is not { } holds)
            {
                continue;
            }

            if (!holds)
            {
                return -1;
            }

            (newest, signed) = (i, signed + 1);
        }

        return signed == note.Signatures.Length ? newest : -1;
    }

    /// <summary>The place of a key, or -1.</summary>
    public int IndexOf(NoteKey key)
    {
        for (var i = 0; i < Links.Length; i++)
        {
            if (Links[i].Key == key)
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsAnnounced(NoteKey before, NoteKey after, SignedNote succession) =>
        succession.Text == SuccessionText(before, after)
        && succession.Signatures.Length == 2
        && succession.IsSignedBy(before) == true
        && succession.IsSignedBy(after) == true;
}

/// <param name="Succession">The note of both keys that announced it; none for the first.</param>
public sealed record KeyLink(NoteKey Key, SignedNote? Succession);
