namespace Palisade.Racks.Local.Probing;

/// <summary>What a series of probes says: the verdict, the last answer, and how many probes there were.</summary>
public sealed record ProbeVerdict(bool Healthy, ProbeAnswer Last, int Probes);
