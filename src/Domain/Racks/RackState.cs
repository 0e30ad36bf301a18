using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Racks;

/// <summary>
/// One rack: fold of its stream; also the row of view <c>rack</c>, keyed by its name. <see cref="Id"/> "" means it does
/// not exist.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.rack-state")]
public sealed record RackState
{
    /// <summary>10 hex; names of engine objects derive from it.</summary>
    [Id(0)]
    public string Id { get; init; } = "";

    [Id(1)]
    public string Org { get; init; } = "";

    [Id(2)]
    public string Name { get; init; } = "";

    /// <summary>Which provider: <c>local</c> or <c>aws</c>.</summary>
    [Id(3)]
    public string Provider { get; init; } = "";

    /// <summary>The environment label (S17): <c>development</c>, <c>staging</c>, <c>production</c>.</summary>
    [Id(4)]
    public string Environment { get; init; } = "";

    [Id(5)]
    public string Status { get; init; } = "";

    [Id(6)]
    public string Version { get; init; } = "";

    /// <summary>The version that was asked for, when it was clamped to our newest.</summary>
    [Id(7)]
    public string RequestedVersion { get; init; } = "";

    [Id(8)]
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// What a node needs to run this rack's jobs: <c>host:&lt;machine id&gt;</c>; null when any node will do.
    /// </summary>
    [Id(9)]
    public string? Capability { get; init; }

    public bool Exists => Id.Length > 0;

    public RackRef Ref => new(Org, Name);
}
