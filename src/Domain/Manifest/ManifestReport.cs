using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Manifest;

/// <summary>
/// Everything that parsing found: the manifest when it is valid, and otherwise every problem at once.
/// </summary>
public sealed record ManifestReport
{
    /// <summary>The manifest, or null when there are <see cref="Problems"/> or variables are missing.</summary>
    public AppManifest? Manifest { get; init; }

    /// <summary>
    /// What makes the manifest invalid, in the order of lines; at most <see cref="ManifestLimits.Problems"/>.
    /// </summary>
    public required ImmutableArray<ManifestProblem> Problems { get; init; }

    /// <summary>What has no effect: unknown keys, keys of older versions, unset interpolations.</summary>
    public required ImmutableArray<ManifestProblem> Warnings { get; init; }

    /// <summary>Required variables that the environment lacks, sorted, each once.</summary>
    public required ImmutableArray<string> MissingEnvironment { get; init; }

    /// <summary>
    /// The manifest, or <c>env.missing_required</c> when only variables are missing, or <c>manifest.invalid</c> with a
    /// line for each problem.
    /// </summary>
    public Result<AppManifest> ToResult()
    {
        if (Manifest is not null)
        {
            return Manifest;
        }

        return Problems.IsEmpty
            ? ManifestProblems.Missing(MissingEnvironment)
            : ManifestProblems.Combine(Problems, MissingEnvironment);
    }
}
