using System.Buffers;
using System.Text;
using System.Text.Json;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Tickets;

/// <summary>
/// From where and by which client a ticket was used last, sealed as what is personal of entries is (S30).
/// </summary>
internal static class TicketUse
{
    /// <summary>Null when the person was erased.</summary>
    public static async ValueTask<string?> SealAsync(
        Ticket ticket,
        string ip,
        string client,
        PersonKeys people,
        CancellationToken cancellationToken
    )
    {
        if (await people.OfAsync(ticket, cancellationToken) is not { } key)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        PersonSeal.Write(writer, key, new("", ip, client), ticket.Hash);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static async ValueTask<Ticket> OpenAsync(
        StoredTicket stored,
        PersonKeys people,
        CancellationToken cancellationToken
    )
    {
        if (stored.Use is null)
        {
            return stored.Ticket;
        }

        using var box = JsonDocument.Parse(stored.Use);
        var fields = (await people.OpenAsync(box.RootElement, stored.Ticket.Hash, cancellationToken)).Fields;
        return stored.Ticket with { LastIp = fields?.Ip, LastClient = fields?.Client };
    }
}
