using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Tickets;

/// <summary>
/// Sessions, tokens and invites: rows found by the SHA-256 of their secret. Written through appends; last use is best
/// effort.
/// </summary>
public interface ITickets
{
    /// <summary>The ticket with this hash, expired or not; the caller checks times.</summary>
    Task<Ticket?> FindAsync(string hash, CancellationToken cancellationToken = default);

    Task<ImmutableArray<Ticket>> ListAsync(
        string subject,
        string? kind = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Notes a use (at most one write a minute and ticket reaches the disk).</summary>
    void Touch(string hash, string ip, string client);

    /// <summary>Deletes what expired more than the given time ago; gives the number.</summary>
    Task<int> SweepAsync(TimeSpan keep, CancellationToken cancellationToken = default);
}

public sealed record Ticket
{
    /// <summary>Lower-case hex of SHA-256 of the secret.</summary>
    public required string Hash { get; init; }

    /// <summary><c>cli</c>, <c>session</c>, <c>invite</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>Public id, shown in lists and records.</summary>
    public required string Id { get; init; }

    /// <summary>Whom it speaks for: a user id.</summary>
    public required string Subject { get; init; }
    public string? Org { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>Addresses it may be used from; empty means any.</summary>
    public ImmutableArray<string> Cidrs { get; init; } = [];

    /// <summary>Further data as JSON; never a secret.</summary>
    public string Data { get; init; } = "{}";
    public DateTimeOffset? LastUsed { get; init; }
    public string? LastIp { get; init; }

    /// <summary>User agent of the last use.</summary>
    public string? LastClient { get; init; }
}

/// <summary>
/// Inserts or replaces (<see cref="Put"/>) or deletes (<see cref="Delete"/>) a ticket within an append. SECURITY: what
/// is revoked stays revoked, also when it is put again from an earlier look.
/// </summary>
public abstract record TicketWrite
{
    public sealed record Put(Ticket Ticket) : TicketWrite;

    public sealed record Delete(string Hash) : TicketWrite;

    /// <summary>Removes every ticket of a subject, with the names it was given.</summary>
    public sealed record DeleteAll(string Subject) : TicketWrite;

    /// <summary>
    /// Marks every ticket of a subject (and kind, if given) revoked, but for the one of that public id.
    /// </summary>
    public sealed record RevokeAll(string Subject, string? Kind, string? ExceptId = null) : TicketWrite;
}
