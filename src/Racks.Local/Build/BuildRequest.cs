using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Build;

/// <summary>One image to build.</summary>
public sealed record BuildRequest
{
    /// <summary>The build's id; names its folder, cgroup and network namespace while it runs.</summary>
    public required string BuildId { get; init; }

    /// <summary>An unpacked source (<see cref="ArchiveExtractor"/>).</summary>
    public required string SourceFolder { get; init; }

    /// <summary>Folder to build in, relative to the source. Default: the source itself.</summary>
    public string Path { get; init; } = ".";

    /// <summary>Dockerfile, relative to <see cref="Path"/>.</summary>
    public string Dockerfile { get; init; } = "Dockerfile";

    /// <summary>
    /// Repository derived from ids, without registry: lower-case letters, digits and dashes. The image is
    /// <c>palisade/REPOSITORY:TAG</c>.
    /// </summary>
    public required string Repository { get; init; }

    /// <summary>Tag, usually the build's id.</summary>
    public required string Tag { get; init; }

    /// <summary>A key for caches that builds of the same app share and others don't.</summary>
    public required string CacheKey { get; init; }

    /// <summary>The manifest's build arguments.</summary>
    public ImmutableSortedDictionary<string, string> Arguments { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The app's env, of which only names that an ARG declares reach the build (S22).</summary>
    public ImmutableSortedDictionary<string, Sensitive<string>> Environment { get; init; } =
        ImmutableSortedDictionary<string, Sensitive<string>>.Empty;

    /// <summary><c>palisade.*</c> labels of the image.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Without the cache of earlier builds.</summary>
    public bool NoCache { get; init; }

    public BuildLimits Limits { get; init; } = new();
}

/// <summary>Bounds of one build, held by a cgroup and a clock (S25).</summary>
public sealed record BuildLimits
{
    /// <summary>Default 2 GiB, swap included.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>Thousandths of a core; 0 means unlimited. Default 2,000.</summary>
    public int MilliCpu { get; init; } = 2000;

    /// <summary>Processes and threads. Default 1,024.</summary>
    public int Pids { get; init; } = 1024;

    /// <summary>Default 30 minutes.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A build ends when less than this is free on the disk of images. Default 1 GiB.</summary>
    public long MinFreeDiskBytes { get; init; } = 1L << 30;

    /// <summary>The largest single file that a RUN may write. Default 4 GiB.</summary>
    public long MaxFileBytes { get; init; } = 4L << 30;
}

/// <summary>An image that was built.</summary>
/// <param name="Image"><c>palisade/REPOSITORY:TAG</c>.</param>
/// <param name="ImageId"><c>sha256:…</c> of its configuration.</param>
/// <param name="ExposedEnvironment">Names of env values that the image's history now holds; warn about each
/// (S22).</param>
/// <param name="Bases">The registry images that it builds on.</param>
public sealed record BuiltImage(
    string Image,
    string ImageId,
    ImmutableSortedSet<string> ExposedEnvironment,
    ImmutableSortedSet<string> Bases
);
