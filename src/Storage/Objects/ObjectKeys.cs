namespace Palisade.Storage.Objects;

/// <summary>
/// The grammar of object keys (S18): 1 to 512 characters of <c>A–Z a–z 0–9 . _ - / + = @ :</c>, no leading slash, no
/// empty, <c>.</c> or <c>..</c> part. Callers validate first; the store throws.
/// </summary>
public static class ObjectKeys
{
    public const int MaxLength = 512;

    public static bool IsValid(string? key) =>
        key is { Length: > 0 and <= MaxLength }
        && key.All(c => char.IsAsciiLetterOrDigit(c) || "._-/+=@:".Contains(c, StringComparison.Ordinal))
        && key.Split('/').All(part => part is not ("" or "." or ".."));

    internal static void Check(string key)
    {
        if (!IsValid(key))
        {
            throw new ArgumentException("Not an object key.", nameof(key));
        }
    }
}
