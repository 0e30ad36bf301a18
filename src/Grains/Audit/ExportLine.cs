using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit;

/// <summary>One line of an export.</summary>
/// <param name="Entry">What it is the line of; null for the first and the last.</param>
public readonly record struct ExportLine(byte[]? Written, LogEntry? Entry = null)
{
    /// <summary>
    /// As a bundle has it, without its line feed. Throws for a record whose body is missing, or was erased since the
    /// bundle's checkpoint: no bundle can hold it, and one that ends there shows where.
    /// </summary>
    public byte[] Json =>
        Written
        ?? throw new InvalidDataException(
            $"The body of {Entry?.Stream} entry {Entry?.Seq} "
                + (Entry?.ErasedBy is null ? "is gone, and no record says why." : "was erased meanwhile: export again.")
        );
}
