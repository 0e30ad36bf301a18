using Palisade.Storage.Jobs;

namespace Palisade.Storage.Audit;

/// <summary>
/// How far each sink of each log is. Beside the journal and not in it: a record of each delivery would have to be
/// delivered in turn.
/// </summary>
public interface IDeliveries
{
    /// <summary>What changes when a sink of that log delivered or failed to (<see cref="IStore.Changes"/>).</summary>
    static string Topic(string org) => $"delivery/{org}/";

    /// <summary>Null when nothing was tried yet.</summary>
    Task<Delivery?> FindAsync(string org, string sink, CancellationToken cancellationToken = default);

    /// <summary>
    /// Durable when it completes. False, and nothing was stored, when a newer attempt of the job exists or it is over.
    /// </summary>
    Task<bool> SaveAsync(
        JobFence fence,
        string org,
        string sink,
        Delivery delivery,
        CancellationToken cancellationToken = default
    );

    /// <summary>Forgets a sink that is gone.</summary>
    Task DeleteAsync(string org, string sink, CancellationToken cancellationToken = default);
}

/// <param name="Next">Index of the first record that was not delivered yet.</param>
public sealed record Delivery(long Next)
{
    /// <summary>When the last one succeeded.</summary>
    public DateTimeOffset? Succeeded { get; init; }

    /// <summary>Failures since then, one after the other.</summary>
    public int Failures { get; init; }

    /// <summary>When the first of them was.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>What the last of them was.</summary>
    public string? Error { get; init; }
}
