namespace Palisade.Storage.Usage;

/// <summary>
/// Counts of plain reads per organization, principal, operation, resource and day, outside the audit log; flushed each
/// minute and at stop.
/// </summary>
public interface IUsageCounts
{
    /// <summary>Counts one use; never blocks, never throws.</summary>
    /// <param name="org">Organization, or "" for the installation.</param>
    void Count(string org, string principal, string operation, string resource);

    Task FlushAsync(CancellationToken cancellationToken = default);
}
