using Palisade.Storage.Tickets;

namespace Palisade.Storage.Journal;

/// <summary>
/// What every append must keep, whatever the database. Breaking it is a bug of the caller:
/// <see cref="ArgumentException"/>.
/// </summary>
internal static class AppendRules
{
    public const int MaxEntries = 256;

    public static void Check(Append append)
    {
        var streams = new HashSet<string>(StringComparer.Ordinal);
        var entries = 0;
        foreach (var write in append.Writes)
        {
            CheckStream(write.Stream);
            entries += write.Entries.Length;
            if (!streams.Add(write.Stream.Value))
            {
                throw new ArgumentException($"{write.Stream} is written twice in one append.", nameof(append));
            }

            if (write.Entries.IsDefaultOrEmpty)
            {
                throw new ArgumentException($"The write of {write.Stream} has no entries.", nameof(append));
            }

            if (write.ExpectedHead is null && !StreamId.IsRecordOnly(write.Stream))
            {
                throw new ArgumentException(
                    $"{write.Stream} needs an expected head; only record streams go without.",
                    nameof(append)
                );
            }

            // S30: retention erases bodies of these streams, and events are never erased.
            if (StreamId.IsRecordOnly(write.Stream) && write.Entries.Any(entry => entry.Event is not null))
            {
                throw new ArgumentException($"{write.Stream} takes records only, no events.", nameof(append));
            }

            if (write.ExpectedHead is < 0)
            {
                throw new ArgumentException("An expected head is negative.", nameof(append));
            }
        }

        if (entries > MaxEntries)
        {
            throw new ArgumentException($"An append has at most {MaxEntries} entries.", nameof(append));
        }

        foreach (var guard in append.Guards)
        {
            CheckStream(guard.Stream);
        }

        CheckTexts(append);
    }

    private static void CheckStream(StreamId stream)
    {
        if (string.IsNullOrEmpty(stream.Value) || stream.Value.IndexOf('/') < 1 || stream.Value.Length > 512)
        {
            throw new ArgumentException($"Not a stream id: '{stream.Value}'.", nameof(stream));
        }
    }

    // PostgreSQL stores no U+0000 in text, so nothing stored may hold it. JSON that holds its escape is refused with
    // it.
    private static void CheckTexts(Append append)
    {
        foreach (var view in append.Views)
        {
            CheckText(view.Key, view.Sort, view.Json);
        }

        foreach (var job in append.Jobs)
        {
            CheckText(job.Id, job.Stream, job.Payload);
        }

        foreach (var write in append.Tickets)
        {
            CheckTicket(write);
        }

        CheckText(append.Idempotency?.Key, append.Idempotency?.Answer);
    }

    private static void CheckTicket(TicketWrite write)
    {
        switch (write)
        {
            case TicketWrite.Put { Ticket: var ticket }:
                CheckText(ticket.Hash, ticket.Kind, ticket.Id, ticket.Subject, ticket.Org, ticket.Name, ticket.Data);
                break;
            case TicketWrite.Delete delete:
                CheckText(delete.Hash);
                break;
            case TicketWrite.DeleteAll delete:
                CheckText(delete.Subject);
                break;
            case TicketWrite.RevokeAll revoke:
                CheckText(revoke.Subject, revoke.Kind, revoke.ExceptId);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(write));
        }
    }

    private static void CheckText(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text is not null && text.Contains('\0', StringComparison.Ordinal))
            {
                throw new ArgumentException("The character U+0000 cannot be stored.");
            }
        }
    }
}
