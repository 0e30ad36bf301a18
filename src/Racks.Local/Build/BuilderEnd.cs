using System.Text.RegularExpressions;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// Tells whose failure a failed <c>podman build</c> is. Pure. COMPAT: podman ends with the code of a <c>RUN</c> that
/// failed, and with 125 for all else: a <c>COPY</c> of what is not there as well as its own store being locked; only
/// its last line says more.
/// </summary>
public static partial class BuilderEnd
{
    /// <summary>What podman's last line begins with.</summary>
    public const string ErrorPrefix = "Error: ";

    /// <param name="exitCode">Of the builder, not 0.</param>
    /// <param name="error">The last line that begins with <see cref="ErrorPrefix"/>; null when there is none.</param>
    /// <returns>True: the source may be right, and another attempt may succeed.</returns>
    public static bool IsEngines(int exitCode, string? error) =>
        error is null || Trouble().IsMatch(error) || (exitCode == 125 && !OfSource().IsMatch(error));

    /// <summary>An instruction, a base image or the Dockerfile itself.</summary>
    [GeneratedRegex(
        "^Error: (building at STEP |.*(initializing source|no stage or image found|[Dd]ockerfile|syntax|parsing|requires|unknown))",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex OfSource();

    /// <summary>Of the store, the runtime or the machine, whatever instruction met it.</summary>
    [GeneratedRegex(
        "no space left on device|device or resource busy|resource temporarily unavailable|"
            + "(layer|image|container) not known|database is locked|input/output error"
            + "|too many open files|cannot allocate memory|unable to apply cgroup",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Trouble();
}
