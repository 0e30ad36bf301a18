using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Palisade.Domain.Audit;

/// <summary>A text and who signed it, in the form of c2sp.org/signed-note.</summary>
/// <param name="Text">Lines, each ended by a line feed.</param>
public sealed record SignedNote(string Text, ImmutableArray<NoteSignature> Signatures)
{
    public const int MaxLength = 16 << 10;

    /// <summary>As many as the specification asks verifiers to accept.</summary>
    public const int MaxSignatures = 16;

    private const string Separator = "\n\n";
    private const string Mark = "\u2014 ";

    public static bool TryParse(string? note, [NotNullWhen(true)] out SignedNote? parsed)
    {
        parsed = null;
        if (note is null or { Length: > MaxLength } || note.Any(c => c < ' ' && c != '\n'))
        {
            return false;
        }

        var end = note.LastIndexOf(Separator, StringComparison.Ordinal);
        if (end < 1 || !note.EndsWith('\n') || end + Separator.Length == note.Length)
        {
            return false;
        }

        var signatures = ImmutableArray.CreateBuilder<NoteSignature>();
        foreach (var line in note[(end + Separator.Length)..^1].Split('\n'))
        {
            if (signatures.Count == MaxSignatures || !TryParseSignature(line, out var signature))
            {
                return false;
            }

            signatures.Add(signature);
        }

        parsed = new(note[..(end + 1)], signatures.ToImmutable());
        return true;
    }

    /// <summary>
    /// True when this key signed it; false when its signature does not hold; null when it has none of this key.
    /// </summary>
    public bool? IsSignedBy(NoteKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var own = Signatures.Where(signature => signature.Name == key.Name && signature.KeyId == key.Id).ToArray();
        return own.Length == 0 ? null : own.All(signature => key.Verifies(Text, signature.Bytes.Span));
    }

    public override string ToString()
    {
        var note = new StringBuilder(Text).Append('\n');
        Span<byte> id = stackalloc byte[sizeof(uint)];
        foreach (var signature in Signatures)
        {
            BinaryPrimitives.WriteUInt32BigEndian(id, signature.KeyId);
            note.Append(Mark)
                .Append(signature.Name)
                .Append(' ')
                .Append(Convert.ToBase64String([.. id, .. signature.Bytes.Span]))
                .Append('\n');
        }

        return note.ToString();
    }

    private static bool TryParseSignature(string line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (
            !line.StartsWith(Mark, StringComparison.Ordinal)
            || line[Mark.Length..].Split(' ') is not [var name, var encoded]
            || !NoteKey.IsName(name)
            || !Base64Text.TryRead(encoded, out var bytes)
            || bytes.Length <= sizeof(uint)
        )
        {
            return false;
        }

        signature = new(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)));
        return true;
    }
}

/// <param name="KeyId">With the name, says which key it is of.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes);
