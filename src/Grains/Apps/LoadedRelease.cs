using Palisade.Domain.Builds;
using Palisade.Domain.Manifest;
using Palisade.Domain.Releases;

namespace Palisade.Grains.Apps;

/// <summary>A release with everything it points to, in memory only: the environment is in clear.</summary>
public sealed record LoadedRelease(
    string Id,
    BuildState Build,
    AppManifest Manifest,
    EnvironmentDictionary Environment
);
