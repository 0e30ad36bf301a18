using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Rack;

/// <summary>What holds something on the disk and has a limit of its own.</summary>
/// <param name="Key">Unique among all of a rack.</param>
internal abstract record DiskHolder(string Key);

/// <summary>What a running process has written outside of its app's volumes.</summary>
internal sealed record LayerHolder(SeenContainer Container) : DiskHolder($"layer {Container.ContainerId}");

/// <summary>The volumes of an app, with the running processes that mount them.</summary>
internal sealed record VolumeHolder(AppRef App, string AppId, ImmutableArray<SeenContainer> Mounting)
    : DiskHolder($"volumes {AppId}");
