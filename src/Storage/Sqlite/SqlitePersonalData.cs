using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Audit.Changes;
using Palisade.Storage.Keys;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Sqlite;

internal sealed class SqlitePersonalData(PersonKeys keys, Writer writer, ReadPool readers, SqliteStoreOptions options)
    : IPersonalData
{
    // The list beside the keys is written by one at a time.
    private readonly Lock _noting = new();

    public ValueTask<OpenedPerson> OpenAsync(JsonElement body, CancellationToken cancellationToken = default)
    {
        if (body.TryGetProperty("person", out var person))
        {
            return keys.OpenAsync(person, Text(body, "stream"), cancellationToken);
        }

        var name = body.GetProperty("actor").TryGetProperty("name", out var clear) ? clear.GetString() : null;
        return new(name is null ? default : new OpenedPerson(new(name, Text(body, "ip"), Text(body, "client")), null));
    }

    public ValueTask<string?> OpenAsync(ChangeValue.Personal value, CancellationToken cancellationToken = default) =>
        keys.OpenAsync(value, cancellationToken);

    public Task<bool> HasAsync(string scope, CancellationToken cancellationToken = default) =>
        readers.ReadAsync(db => DataKeyTable.Has(db, scope), cancellationToken);

    public Task<ImmutableArray<string>> LogsAsync(string userId, CancellationToken cancellationToken = default)
    {
        var (account, below) = (PersonScope.Of(userId), $"{PersonScope.Of(userId)}/");
        return readers.ReadAsync<ImmutableArray<string>>(
            db =>
                [
                    .. DataKeyTable.Has(db, account) ? [""] : Array.Empty<string>(),
                    .. DataKeyTable.Between(db, below, KeyRange.End(below)!).Select(scope => scope[below.Length..]),
                ],
            cancellationToken
        );
    }

    public async Task NoteErasedAsync(CancellationToken cancellationToken = default)
    {
        var erased = await readers.ReadLongAsync(DataKeyTable.Erased, cancellationToken);
        await Task.Run(
            () =>
            {
                lock (_noting)
                {
                    ErasureList.Add(options.KeysPath, erased);
                }
            },
            cancellationToken
        );
    }

    public async Task<bool> ScrubAsync(CancellationToken cancellationToken = default)
    {
        // Writing them anew for nothing, as long as a reader is in the way, would cost every write.
        if (!await writer.CheckpointAsync(cancellationToken))
        {
            return false;
        }

        await writer.WriteAsync(
            session =>
            {
                DataKeyTable.Rewrite(session.Connection);
                TicketTable.Rewrite(session.Connection);
                return true;
            },
            cancellationToken
        );
        return await writer.CheckpointAsync(cancellationToken);
    }

    private static string Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
