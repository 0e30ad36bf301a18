namespace Palisade.Racks.Local.Build;

/// <summary>Bounds of a source archive (S08); each is a refusal, never a truncation.</summary>
public sealed record ArchiveLimits
{
    /// <summary>Compressed bytes. Default 1 GiB.</summary>
    public long MaxCompressedBytes { get; init; } = 1L << 30;

    /// <summary>Unpacked bytes, headers included. Default 4 GiB.</summary>
    public long MaxUnpackedBytes { get; init; } = 4L << 30;

    /// <summary>Entries of any kind. Default 200,000.</summary>
    public int MaxEntries { get; init; } = 200_000;

    /// <summary>Bytes of a path in UTF-8. Default 1,024; a single name has at most 255 (Linux NAME_MAX).</summary>
    public int MaxPathBytes { get; init; } = 1024;

    /// <summary>
    /// Unpacked over compressed bytes, looked at beyond <see cref="RatioFloor"/>. Default 250 (deflate's most is
    /// 1,032).
    /// </summary>
    public int MaxRatio { get; init; } = 250;

    /// <summary>Unpacked bytes below which the ratio does not matter. Default 64 MiB.</summary>
    public long RatioFloor { get; init; } = 64L << 20;
}

/// <summary>What was unpacked.</summary>
public sealed record ExtractedSource(string Folder, int Entries, long Bytes);
