namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// Tests that run the product on real containers: one class after the other on one server, nothing beside them. They
/// NEED root and podman, and fail rather than skip where these are missing.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class JourneyCollection : ICollectionFixture<JourneyServer>
{
    public const string Name = "journey (root, podman)";
}
