using System.Collections.Concurrent;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Tickets in memory, exact because this process is the only writer: whatever changes a ticket empties the cache after
/// its commit and before anybody is told. Changes are rare (sign-ins, revocations) and lookups are every request. Holds
/// only what was found, and boundedly many.
/// </summary>
internal sealed class TicketCache(int capacity = 10_000)
{
    private readonly ConcurrentDictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _generation;

    public long Generation => Interlocked.Read(ref _generation);

    public bool TryGet(string hash, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Ticket? ticket) =>
        _tickets.TryGetValue(hash, out ticket);

    /// <summary>By a reader that took the generation before it read.</summary>
    public void Learn(Ticket ticket, long generation)
    {
        lock (_gate)
        {
            // SECURITY (S09): a ticket that was read before a revocation must not come back after it.
            if (generation != Generation)
            {
                return;
            }

            if (_tickets.Count >= capacity)
            {
                _tickets.Clear();
            }

            _tickets[ticket.Hash] = ticket;
        }
    }

    /// <summary>By the writer, after the commit.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _generation);
            _tickets.Clear();
        }
    }
}
