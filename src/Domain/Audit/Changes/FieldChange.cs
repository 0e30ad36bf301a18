using System.Globalization;

namespace Palisade.Domain.Audit.Changes;

/// <summary>What became of a field.</summary>
public enum ChangeKind
{
    Added,
    Removed,
    Changed,
}

/// <summary>One field that a command changed, with what it held before and after.</summary>
/// <param name="Path">The field's name in its resource: <c>locked</c>, <c>env.DATABASE_URL</c>,
/// <c>members.u1.roles</c>. An id or key of more than <see cref="ChangeList.MaxText"/> characters is cut.</param>
/// <param name="Before">None when it was added, and where the house keeps nothing of a secret.</param>
/// <param name="After">None when it was removed, and where the house keeps nothing of a secret.</param>
public sealed record FieldChange(string Path, ChangeKind Kind, ChangeValue? Before = null, ChangeValue? After = null)
{
    /// <summary>
    /// SECURITY: the field holds a secret. That it changed is all there is to see; <see cref="Before"/> and
    /// <see cref="After"/> are keyed fingerprints (S19), or absent.
    /// </summary>
    public bool Secret { get; init; }

    /// <summary>A value was longer than <see cref="ChangeList.MaxText"/>, and is only its beginning here.</summary>
    public bool Cut { get; init; }

    /// <summary>On one line, as tables show it: <c>locked: false → true</c>.</summary>
    public override string ToString() =>
        Secret ? $"{Path}: {Word(Kind)} (secret)"
        : Kind == ChangeKind.Changed && (Before ?? After) is not null ? $"{Path}: {Before} → {After}"
        : string.Create(CultureInfo.InvariantCulture, $"{Path}: {Word(Kind)} {Before ?? After}").TrimEnd();

    /// <summary>As bodies and the API have it.</summary>
    public static string Word(ChangeKind kind) =>
        kind switch
        {
            ChangeKind.Added => "added",
            ChangeKind.Removed => "removed",
            ChangeKind.Changed => "changed",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
}
