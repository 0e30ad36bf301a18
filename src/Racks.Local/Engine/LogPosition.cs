using System.Globalization;

namespace Palisade.Racks.Local.Engine;

/// <summary>Where to go on in a log that the engine replaces by a new file when it is too large.</summary>
/// <param name="Offset">In bytes.</param>
/// <param name="File">Made of the file's first time stamp, which no other file of the container has; "" when not
/// known.</param>
public readonly record struct LogPosition(long Offset, string File)
{
    public static LogPosition Start => new(0, "");

    /// <summary>What <see cref="ToString"/> gives. Earlier versions kept the offset alone.</summary>
    public static LogPosition Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var cut = text.IndexOf('@', StringComparison.Ordinal);
        return new LogPosition(
            long.Parse(cut < 0 ? text : text.AsSpan(0, cut), CultureInfo.InvariantCulture),
            cut < 0 ? "" : text[(cut + 1)..]
        );
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset}@{File}");
}
