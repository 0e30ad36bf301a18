using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Audit.Changes;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Personal;

/// <summary>What is sealed of people in a database, and the list of what was erased beside its master keys.</summary>
internal abstract class StoredPersonalData(PersonKeys keys, string keysFolder) : IPersonalData
{
    // The list is written by one at a time.
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

    public abstract Task<bool> HasAsync(string scope, CancellationToken cancellationToken = default);

    public async Task<ImmutableArray<string>> LogsAsync(string userId, CancellationToken cancellationToken = default)
    {
        var (account, below) = (PersonScope.Of(userId), $"{PersonScope.Of(userId)}/");
        var logs = await ScopesAsync(below, KeyRange.End(below)!, cancellationToken);
        return
        [
            .. await HasAsync(account, cancellationToken) ? [""] : Array.Empty<string>(),
            .. logs.Select(scope => scope[below.Length..]),
        ];
    }

    public async Task NoteErasedAsync(CancellationToken cancellationToken = default)
    {
        var erased = await ErasedAsync(cancellationToken);
        await Task.Run(
            () =>
            {
                lock (_noting)
                {
                    ErasureList.Add(keysFolder, erased);
                }
            },
            cancellationToken
        );
    }

    public abstract Task<bool> ScrubAsync(CancellationToken cancellationToken = default);

    /// <summary>Scopes that have keys, from one on and before another, in order.</summary>
    protected abstract Task<List<string>> ScopesAsync(string from, string before, CancellationToken cancellationToken);

    /// <summary>Everything that was destroyed.</summary>
    protected abstract Task<List<ErasedKey>> ErasedAsync(CancellationToken cancellationToken);

    private static string Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
