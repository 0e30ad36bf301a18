using System.Diagnostics;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>A container as podman lists it.</summary>
internal sealed record PodmanContainer(string Id, string State, int Pid, string Process, string Release, long Started);
