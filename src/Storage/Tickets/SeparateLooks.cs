using System.Collections.Immutable;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tickets;

/// <summary>For a store that knows both without asking anybody.</summary>
public sealed class SeparateLooks(ITickets tickets, IJournal journal) : ILooks
{
    public async Task<FirstLook> LookAsync(
        string hash,
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken = default
    ) => new(await tickets.FindAsync(hash, cancellationToken), await journal.HeadsAsync(streams, cancellationToken));
}
