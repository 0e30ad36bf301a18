using Palisade.Racks;

namespace Palisade.Racks.Local.Rack;

/// <summary>What a rack's own looks at it found. Pure.</summary>
/// <param name="Problem">What is wrong with it, for people; null when all is well.</param>
/// <param name="Since">Since when that is so.</param>
/// <param name="LookedAt">The last look; null before the first.</param>
internal sealed record RackCondition(string? Problem, DateTimeOffset Since, DateTimeOffset? LookedAt)
{
    public const string Starting = "starting";

    public static RackCondition Unseen(DateTimeOffset now) => new(Starting, now, null);

    public RackCondition Seen(string? problem, DateTimeOffset now) =>
        problem == Problem ? this with { LookedAt = now } : new(problem, now, now);

    public RackHealth ToHealth(string domain) =>
        new(Problem is null, Problem, domain) { Since = Since, LookedAt = LookedAt };
}
