using System.Collections.Immutable;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tickets;

/// <summary>What a request looks at first (ADR 0003).</summary>
public interface ILooks
{
    /// <summary>The ticket with this hash, and where streams are: as of one look that begins after the call.</summary>
    Task<FirstLook> LookAsync(
        string hash,
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken = default
    );
}

/// <param name="Ticket">Perhaps without its last use, which no request needs and which is sealed.</param>
/// <param name="Heads">As of <see cref="IJournal.HeadsAsync"/>.</param>
public sealed record FirstLook(Ticket? Ticket, ImmutableArray<StreamHead> Heads);
