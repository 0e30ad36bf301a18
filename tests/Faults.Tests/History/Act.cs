namespace Palisade.Faults.Tests.History;

/// <summary>Something that a client did, as it saw it.</summary>
internal abstract record Act(Span Span);

/// <summary>A change of a register; its mark is nobody else's.</summary>
/// <param name="Parent">The mark that has to be there for it; null when it is to win whatever is there.</param>
internal sealed record Write(string Register, string Mark, string? Parent, Span Span, Outcome Outcome) : Act(Span);

/// <summary>What a register was answered to hold; "" before the first write.</summary>
internal sealed record Read(string Register, string Mark, Span Span) : Act(Span);

/// <summary>
/// An acknowledged change of what only one client changes: whether a credential works, a role allows, an app is there.
/// It was tried until it was acknowledged, so its span is that of all tries.
/// </summary>
internal sealed record Setting(string Subject, bool Holds, Span Span) : Act(Span);

/// <summary>Whether that held, as a node answered.</summary>
internal sealed record Look(string Subject, bool Held, int Node, Span Span) : Act(Span);
