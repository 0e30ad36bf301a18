namespace Palisade.Faults.Tests.History;

/// <summary>What became of a request, as far as its client knows.</summary>
internal enum Outcome
{
    Acknowledged,

    /// <summary>It was answered that nothing was done.</summary>
    Refused,

    /// <summary>No answer, or one that leaves it open: done once, or not at all.</summary>
    Lost,
}
