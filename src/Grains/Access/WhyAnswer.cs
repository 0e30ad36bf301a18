using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Access;

/// <summary>A refusal that is on record, and why it fell.</summary>
/// <param name="Recorded">What the record says, as it was told then.</param>
/// <param name="PolicyVersion">Head of the organization's stream that decided; 0 when no role was asked.</param>
/// <param name="Explanation">Decided again by the policy of that version, of a deploy key by the key as it was then;
/// none when it was no role's to decide.</param>
public sealed record WhyAnswer(
    string DecisionId,
    DateTimeOffset At,
    Principal Principal,
    string Operation,
    string Resource,
    string Recorded,
    long PolicyVersion,
    Explanation? Explanation
);
