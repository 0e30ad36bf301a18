using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit;

/// <summary>One line of an export.</summary>
/// <param name="Json">As a bundle has it, without its line feed.</param>
/// <param name="Entry">What it is the line of; null for the first and the last.</param>
/// <param name="Breaks">
/// The entry's body is missing, or was erased since the bundle's checkpoint: no bundle can hold it, so this line is the
/// last of one and says so. A table goes on.
/// </param>
public readonly record struct ExportLine(byte[] Json, LogEntry? Entry = null, bool Breaks = false);
