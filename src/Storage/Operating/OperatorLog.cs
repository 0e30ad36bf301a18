using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Operating;

/// <summary>The installation's log of what operators do beside the server (S04).</summary>
public static class OperatorLog
{
    /// <summary>
    /// Durable when it returns. Comes before what it speaks of, which is then in no case without a record.
    /// </summary>
    public static async Task WriteAsync(
        IStore store,
        string operatorName,
        Operation operation,
        ImmutableSortedDictionary<string, string> details,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var record = new OperatorRecord(operatorName, operation, id);
        await store.Journal.AppendAsync(
            record.In("", StreamId.Installation($"admin-{id}"), 0, details),
            cancellationToken
        );
    }
}
