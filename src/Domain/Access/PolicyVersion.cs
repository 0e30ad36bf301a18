using System.Globalization;

namespace Palisade.Domain.Access;

/// <summary>
/// Which policy decided, so that it can be made again: the head of the organization's stream and, where a deploy key
/// was decided about, that of the key's.
/// </summary>
/// <param name="Org">0 when there was no policy.</param>
/// <param name="Key">0 for members.</param>
public readonly record struct PolicyVersion(long Org, long Key = 0)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; 0 from anything else.</summary>
    public static PolicyVersion Parse(string? text)
    {
        var parts = (text ?? "").Split('/');
        return
            parts.Length <= 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var org)
            && long.TryParse(
                parts.ElementAtOrDefault(1) ?? "0",
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var key
            )
            ? new(org, key)
            : default;
    }

    /// <summary><c>12</c>, or <c>12/3</c> for a key.</summary>
    public override string ToString() =>
        Key == 0
            ? Org.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Org}/{Key}");
}
