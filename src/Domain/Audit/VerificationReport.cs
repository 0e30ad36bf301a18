using System.Collections.Immutable;

namespace Palisade.Domain.Audit;

/// <summary>What a verification found, and what it could not find out.</summary>
public sealed record VerificationReport
{
    /// <summary>More faults than these are only counted.</summary>
    public const int MaxFaults = 100;

    /// <summary>What does not hold, in the order in which it was met; at most <see cref="MaxFaults"/>.</summary>
    public required ImmutableArray<BundleFault> Faults { get; init; }

    public required long FaultCount { get; init; }

    /// <summary>What cannot be ruled out with what was given (security.md S31). Sentences for people.</summary>
    public required ImmutableArray<string> Limits { get; init; }

    public required long Records { get; init; }

    public required int Streams { get; init; }

    /// <summary>Records whose bodies retention erased.</summary>
    public required long Erased { get; init; }

    /// <summary>Records whose bodies are here and whose personal values are not.</summary>
    public required long Undisclosed { get; init; }

    /// <summary>The checkpoint that everything was held against; null when there is none that can be read.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>The key that signed it.</summary>
    public NoteKey? SignedBy { get; init; }

    public bool Holds => FaultCount == 0;
}

/// <param name="Code"><c>bundle</c>, <c>record</c>, <c>chain</c>, <c>log</c>, <c>checkpoint</c>, <c>key</c>,
/// <c>since</c>, <c>fork</c> (a declared one) or <c>erased</c>.</param>
/// <param name="Index">The record, where it is about one.</param>
public sealed record BundleFault(string Code, long? Index, string Why);
