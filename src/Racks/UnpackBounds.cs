using System.IO.Compression;
using Palisade.Domain.Kernel;

namespace Palisade.Racks;

/// <summary>Bounds of what gzip unpacks to (S08): a refusal, never a truncation.</summary>
/// <param name="MaxBytes">Unpacked bytes.</param>
/// <param name="MaxRatio">Unpacked over compressed bytes, beyond the floor.</param>
/// <param name="RatioFloor">Unpacked bytes below which the ratio does not matter.</param>
public sealed record UnpackBounds(long MaxBytes, int MaxRatio, long RatioFloor = UnpackBounds.DefaultFloor)
{
    public const long DefaultFloor = 64L << 20;

    public required Problem TooLarge { get; init; }

    public required Problem Bomb { get; init; }

    /// <summary>The plain bytes; the packed stream stays open.</summary>
    public CountingStream Open(CountingStream packed)
    {
        ArgumentNullException.ThrowIfNull(packed);
        return new(
            new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true),
            count =>
            {
                ArchiveFault.Refuse(count > MaxBytes, TooLarge);
                ArchiveFault.Refuse(count > RatioFloor && count / Math.Max(1, packed.Count) > MaxRatio, Bomb);
            }
        );
    }
}
