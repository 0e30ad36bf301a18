using System.Text.Json;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Users;

/// <summary>
/// When a second factor was last proven with a person's credential: kept with the credential, so that it counts for no
/// other.
/// </summary>
public static class TicketProof
{
    private const string Member = "secondFactorAt";

    public static Ticket With(Ticket ticket, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        return ticket with
        {
            Data = JsonSerializer.Serialize(new Dictionary<string, DateTimeOffset> { [Member] = at }),
        };
    }

    /// <summary>
    /// Null when it never was, or with a factor that is gone: it must not be older than <paramref name="since"/>.
    /// </summary>
    public static DateTimeOffset? Of(Ticket ticket, DateTimeOffset? since)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        if (since is null || ticket.Data == "{}")
        {
            return null;
        }

        using var data = JsonDocument.Parse(ticket.Data);
        return
            data.RootElement.TryGetProperty(Member, out var at)
            && at.GetDateTimeOffset() is var proven
            && proven >= since
            ? proven
            : null;
    }
}
