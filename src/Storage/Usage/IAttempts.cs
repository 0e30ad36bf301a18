namespace Palisade.Storage.Usage;

/// <summary>
/// Tries that are bounded, as of passwords: buckets by key, counted by all processes of a store together. Where one
/// process has the store to itself they are in memory, and a restart forgives.
/// </summary>
public interface IAttempts
{
    /// <summary>Takes one try. Zero when there was one, otherwise how long to wait for the next.</summary>
    Task<TimeSpan> TakeAsync(string key, AttemptLimit limit, CancellationToken cancellationToken = default);

    /// <summary>Gives back what was taken for something that turned out to be none.</summary>
    Task GiveAsync(string key, AttemptLimit limit, CancellationToken cancellationToken = default);
}

/// <param name="Burst">So many in a row.</param>
/// <param name="Refill">Then one each time this has passed.</param>
public sealed record AttemptLimit(int Burst, TimeSpan Refill)
{
    /// <summary>How far ahead of now a bucket may be that has a try left: it is full again at the time it stands
    /// at.</summary>
    internal TimeSpan Reach => Refill * (Burst - 1);
}
