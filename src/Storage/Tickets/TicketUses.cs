using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Tickets;

/// <summary>
/// Last uses of tickets, noted in memory and written each minute. Bounded by tickets that were found in the last
/// minute; beyond that, uses are not noted.
/// </summary>
internal sealed class TicketUses(PersonKeys people, TimeProvider clock)
{
    private const int MaxNoted = 10_000;

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, string Ip, string Client)> _noted = new(
        StringComparer.Ordinal
    );

    public void Note(string hash, string ip, string client)
    {
        // Asked in this order: counting locks the whole dictionary.
        if (_noted.ContainsKey(hash) || _noted.Count < MaxNoted)
        {
            _noted[hash] = (StoreTime.Now(clock), ip, client);
        }
    }

    /// <summary>The ticket with its last use, where that is not written yet.</summary>
    public Ticket With(Ticket ticket) =>
        _noted.TryGetValue(ticket.Hash, out var use)
            ? ticket with
            {
                LastUsed = use.At,
                LastIp = use.Ip,
                LastClient = use.Client,
            }
            : ticket;

    public async Task<ImmutableArray<Ticket>> OpenAsync(List<StoredTicket> found, CancellationToken cancellationToken)
    {
        var tickets = ImmutableArray.CreateBuilder<Ticket>(found.Count);
        foreach (var stored in found)
        {
            tickets.Add(With(await TicketUse.OpenAsync(stored, people, cancellationToken)));
        }

        return tickets.MoveToImmutable();
    }

    public async Task FlushAsync(
        Func<string, CancellationToken, Task<Ticket?>> find,
        Func<IReadOnlyList<NotedUse>, Task> write,
        CancellationToken cancellationToken
    )
    {
        var noted = _noted.ToArray();
        if (noted.Length == 0)
        {
            return;
        }

        var uses = new List<NotedUse>(noted.Length);
        foreach (var (hash, use) in noted)
        {
            if (await find(hash, cancellationToken) is { } ticket)
            {
                var box = await TicketUse.SealAsync(ticket, use.Ip, use.Client, people, cancellationToken);
                uses.Add(new(hash, use.At, box));
            }
        }

        await write(uses);
        foreach (var use in noted)
        {
            // Only if it was not noted again meanwhile.
            _noted.TryRemove(use);
        }
    }
}

/// <param name="Sealed">Where from and by which client; null when that is not kept.</param>
internal sealed record NotedUse(string Hash, DateTimeOffset At, string? Sealed);
