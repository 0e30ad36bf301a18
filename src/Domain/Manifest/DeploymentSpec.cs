namespace Palisade.Domain.Manifest;

/// <summary>How far the number of processes may move during a deploy, in percent of the wanted number.</summary>
/// <param name="Minimum">0 to 100. Default 50; 0 for an agent or singleton.</param>
/// <param name="Maximum">100 to 200. Default 200; 100 for an agent or singleton.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.deployment")]
public readonly record struct DeploymentSpec(int Minimum, int Maximum);
