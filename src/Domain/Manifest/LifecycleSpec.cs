using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>Commands around a process's life, as words; empty for none.</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.lifecycle")]
public sealed record LifecycleSpec(ImmutableArray<string> PreStop, ImmutableArray<string> PostStart)
{
    /// <summary>Without the commands, which may hold a secret.</summary>
    public override string ToString() => "lifecycle";
}
