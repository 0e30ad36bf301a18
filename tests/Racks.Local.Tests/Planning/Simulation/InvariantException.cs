namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>What was broken, with what led to it.</summary>
public sealed class InvariantException(string message) : Exception(message);
