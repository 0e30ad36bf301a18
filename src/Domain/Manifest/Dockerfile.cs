using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>What a Dockerfile says before anything runs: the arguments that it declares, its stages and the images that it starts from.</summary>
public sealed record Dockerfile
{
    /// <summary>Names of <c>ARG</c> lines, in order, each once. Only these let an environment value into a build (S22).</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>Names of stages, lower-case. With <c>development</c> asked for, a stage of that name is the target.</summary>
    public required ImmutableArray<string> Stages { get; init; }

    /// <summary>Images named by <c>FROM</c>, <c>COPY --from</c> or a mount's <c>from</c> that are not stages.</summary>
    public required ImmutableArray<DockerfileImage> Images { get; init; }
}
