using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

/// <summary>
/// What the grain has prepared for a new release: sealing and reading other streams happen outside the pure decision.
/// </summary>
public sealed record NewRelease
{
    /// <summary>A finished build named by the caller, or null.</summary>
    public string? Build { get; init; }

    /// <summary>Build's description, when a build is named.</summary>
    public string? BuildDescription { get; init; }

    /// <summary>The new environment, already sealed for the next version; null keeps the newest.</summary>
    public NewEnvironment? Environment { get; init; }
    public string? Description { get; init; }

    /// <summary>Set by the build's own completion: the same build never makes a second release.</summary>
    public bool OncePerBuild { get; init; }
}

/// <param name="Version">Must be the version after the state's, or the decision asks for another round.</param>
public sealed record NewEnvironment(int Version, Sealed Values, ImmutableSortedDictionary<string, string> Keys)
{
    /// <summary>Version that the caller's text was derived from (S20); null when not known.</summary>
    public int? ParentVersion { get; init; }

    /// <summary>Keys and fingerprints of that version, to name what moved.</summary>
    public ImmutableSortedDictionary<string, string> ParentKeys { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;
}
