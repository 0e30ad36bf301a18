using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Journaling;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Users;

/// <summary>Finds people, and seals what is personal under a key of their own (S30).</summary>
public sealed class People
{
    private readonly IStore _store;
    private readonly FoldCache<UserState, UserEvent, Person> _cache;

    public People(IStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _cache = new FoldCache<UserState, UserEvent, Person>(store.Journal, new UserState(), UserState.Apply, DeriveAsync);
    }

    /// <summary>The account with its name in clear, as of now; null when there is none.</summary>
    public async ValueTask<Person?> FindAsync(string userId, CancellationToken cancellationToken = default)
    {
        var person = await _cache.GetAsync(StreamId.User(userId), cancellationToken);
        return person.State.Exists ? person : null;
    }

    /// <summary>The account of an address, or null.</summary>
    public async Task<Person?> FindByEmailAsync(EmailAddress email, CancellationToken cancellationToken = default)
    {
        var stream = StreamId.Email(await EmailHashAsync(email, cancellationToken));
        await foreach (var entry in _store.Journal.ReadAsync(stream, 0, cancellationToken))
        {
            if (entry.Event is EmailClaimed claim)
            {
                return await FindAsync(claim.UserId, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>A keyed hash: addresses can't be guessed from stream names.</summary>
    public Task<string> EmailHashAsync(EmailAddress email, CancellationToken cancellationToken = default) =>
        _store.Sealer.FingerprintAsync("installation", Encoding.UTF8.GetBytes($"email/{email.Value}"), cancellationToken);

    public async Task<(Sealed Email, Sealed Name)> SealAsync(string userId, string email, string name, CancellationToken cancellationToken = default) =>
        (await _store.Sealer.SealAsync(Scope(userId), Encoding.UTF8.GetBytes(email), "email", cancellationToken),
            await _store.Sealer.SealAsync(Scope(userId), Encoding.UTF8.GetBytes(name), "name", cancellationToken));

    public async Task<(string Email, string Name)> OpenAsync(UserState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        var scope = Scope(state.Id);
        return (Encoding.UTF8.GetString(await _store.Sealer.OpenAsync(scope, state.Email!, "email", cancellationToken)),
            Encoding.UTF8.GetString(await _store.Sealer.OpenAsync(scope, state.Name!, "name", cancellationToken)));
    }

    private async ValueTask<Person> DeriveAsync(UserState state, long head, CancellationToken cancellationToken)
    {
        var (email, name) = state.Exists ? await OpenAsync(state, cancellationToken) : ("", "");
        return new Person(state, head, email, name);
    }

    private static string Scope(string userId) => $"user/{userId}";
}

/// <summary>An account as of <paramref name="Head"/> of its stream, with its personal fields in clear; in memory only.</summary>
public sealed record Person(UserState State, long Head, string Email, string Name);
