namespace Palisade.Cluster.Tests.Resilience;

/// <summary>One after the other: they measure, and the machine is small.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ResilienceGroup
{
    public const string Name = "resilience";
}
