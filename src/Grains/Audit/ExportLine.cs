using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit;

/// <summary>One line of a bundle, without its line feed.</summary>
/// <param name="Entry">What it is the line of; null for the first and the last.</param>
public readonly record struct ExportLine(byte[] Json, LogEntry? Entry = null);
