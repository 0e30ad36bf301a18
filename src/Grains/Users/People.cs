using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Journaling;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;

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
        _cache = new FoldCache<UserState, UserEvent, Person>(
            store.Journal,
            new UserState(),
            UserState.Apply,
            DeriveAsync
        );
    }

    /// <summary>The account with its name in clear, as of now; null when there is none.</summary>
    public ValueTask<Person?> FindAsync(string userId, CancellationToken cancellationToken = default) =>
        FindAsync(userId, null, cancellationToken);

    /// <summary>The same, at least as fresh as what is proven, if that is.</summary>
    public async ValueTask<Person?> FindAsync(
        string userId,
        ProvenHeads? proven,
        CancellationToken cancellationToken = default
    )
    {
        var person = await _cache.GetAsync(StreamId.User(userId), proven, cancellationToken);
        return person.State.Exists ? person : null;
    }

    /// <summary>Accounts by their ids, in the order asked; null where there is none.</summary>
    public IAsyncEnumerable<Person?> FindAllAsync(
        IEnumerable<string> userIds,
        CancellationToken cancellationToken = default
    ) =>
        _cache
            .GetAllAsync(userIds.Select(StreamId.User), cancellationToken)
            .Select(person => person.State.Exists ? person : null);

    /// <summary>The account of an address, by its <see cref="EmailHashAsync"/>, or null.</summary>
    public async Task<Person?> FindByEmailHashAsync(string hash, CancellationToken cancellationToken = default) =>
        await ClaimAsync(hash, cancellationToken) is { Owner: { } owner }
        && await FindAsync(owner, cancellationToken) is { State.Erased: null } person
            ? person
            : null;

    /// <summary>
    /// Who has an address, and the head of its stream as it says so: what an append that claims or releases it expects.
    /// </summary>
    public async Task<(string? Owner, long Head)> ClaimAsync(string hash, CancellationToken cancellationToken = default)
    {
        var claim = ((string?)null, 0L);
        await foreach (var entry in _store.Journal.ReadAsync(StreamId.Email(hash), 0, cancellationToken))
        {
            claim = ((entry.Event as EmailClaimed)?.UserId, entry.Seq);
        }

        return claim;
    }

    /// <summary>A keyed hash: addresses can't be guessed from stream names.</summary>
    public Task<string> EmailHashAsync(EmailAddress email, CancellationToken cancellationToken = default) =>
        _store.Sealer.FingerprintAsync(
            "installation",
            Encoding.UTF8.GetBytes($"email/{email.Value}"),
            cancellationToken
        );

    public async Task<(Sealed Email, Sealed Name)> SealAsync(
        string userId,
        string email,
        string name,
        CancellationToken cancellationToken = default
    ) =>
        (
            await SealAsync(userId, UserChanges.EmailPlace, Encoding.UTF8.GetBytes(email), cancellationToken),
            await SealNameAsync(userId, name, cancellationToken)
        );

    public Task<Sealed> SealNameAsync(string userId, string name, CancellationToken cancellationToken = default) =>
        SealAsync(userId, UserChanges.NamePlace, Encoding.UTF8.GetBytes(name), cancellationToken);

    /// <summary>What records say of a session or token.</summary>
    public async Task<CredentialFacts> FactsAsync(Ticket ticket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        var networks = ticket.Cidrs.IsEmpty
            ? null
            : await SealAsync(
                ticket.Subject,
                CredentialChanges.NetworksPlace,
                Encoding.UTF8.GetBytes(string.Join(", ", ticket.Cidrs)),
                cancellationToken
            );
        return new(ticket.Id, await SealNameAsync(ticket, cancellationToken), ticket.Expires, networks);
    }

    /// <summary>Its name; null when the process gave it, for then it is nothing personal.</summary>
    public async Task<Sealed?> SealNameAsync(Ticket ticket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        return ticket.Kind == CredentialKinds.SignIn || ticket.Name == SignIn.SessionName
            ? null
            : await SealAsync(
                ticket.Subject,
                CredentialChanges.NamePlace,
                Encoding.UTF8.GetBytes(ticket.Name),
                cancellationToken
            );
    }

    /// <summary>Address and name in clear; both "" when they were erased.</summary>
    public async Task<(string Email, string Name)> OpenAsync(
        UserState state,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        return (
            await OpenTextAsync(state.Id, UserChanges.EmailPlace, state.Email, cancellationToken) ?? "",
            await OpenTextAsync(state.Id, UserChanges.NamePlace, state.Name, cancellationToken) ?? ""
        );
    }

    public Task<Sealed> SealFactorAsync(string userId, byte[] secret, CancellationToken cancellationToken = default) =>
        SealAsync(userId, "second-factor", secret, cancellationToken);

    public Task<byte[]> OpenFactorAsync(string userId, Sealed secret, CancellationToken cancellationToken = default) =>
        OpenAsync(userId, "second-factor", secret, cancellationToken);

    /// <summary>A keyed hash under the person's own key: what is kept of a recovery code.</summary>
    public Task<string> RecoveryCodeHashAsync(
        string userId,
        string code,
        CancellationToken cancellationToken = default
    ) => _store.Sealer.FingerprintAsync(Scope(userId), Encoding.UTF8.GetBytes($"recovery/{code}"), cancellationToken);

    private Task<Sealed> SealAsync(string userId, string field, byte[] value, CancellationToken cancellationToken) =>
        _store.Sealer.SealAsync(Scope(userId), value, field, cancellationToken);

    private Task<byte[]> OpenAsync(string userId, string field, Sealed value, CancellationToken cancellationToken) =>
        _store.Sealer.OpenAsync(Scope(userId), value, field, cancellationToken);

    private async Task<string?> OpenTextAsync(
        string userId,
        string field,
        Sealed? value,
        CancellationToken cancellationToken
    ) =>
        value is not null
        && await _store.Sealer.OpenUnlessErasedAsync(Scope(userId), value, field, cancellationToken) is { } text
            ? Encoding.UTF8.GetString(text)
            : null;

    private async ValueTask<Person> DeriveAsync(UserState state, long head, CancellationToken cancellationToken)
    {
        var (email, name) = await OpenAsync(state, cancellationToken);

        // SECURITY (S06): a backup from before an erasure knows the account, and its key is gone: it stays erased.
        return state.Exists && state.Erased is null && email.Length == 0
            ? new Person(UserState.Apply(state, new UserErased(state.Created)), head, "", "")
            : new Person(state, head, email, name);
    }

    private static string Scope(string userId) => PersonScope.Of(userId);
}

/// <summary>
/// An account as of <paramref name="Head"/> of its stream, with its personal fields in clear; in memory only.
/// </summary>
public sealed record Person(UserState State, long Head, string Email, string Name);
