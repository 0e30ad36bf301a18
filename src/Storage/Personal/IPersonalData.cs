using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Changes;

namespace Palisade.Storage.Personal;

/// <summary>
/// Opens what entries hold sealed of people (S30), for who may read it: whoever asks was authorized before.
/// </summary>
public interface IPersonalData
{
    /// <summary>What the body of an entry says of whoever acted.</summary>
    ValueTask<OpenedPerson> OpenAsync(JsonElement body, CancellationToken cancellationToken = default);

    /// <summary>A personal value among what an entry changed; null when it was erased.</summary>
    ValueTask<string?> OpenAsync(ChangeValue.Personal value, CancellationToken cancellationToken = default);

    /// <summary>Whether there is a key of the scope, so that something may be sealed under it.</summary>
    Task<bool> HasAsync(string scope, CancellationToken cancellationToken = default);

    /// <summary>
    /// The organizations in whose logs something of the person is sealed, "" for the installation's.
    /// </summary>
    Task<ImmutableArray<string>> LogsAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Notes beside the master keys which keys were destroyed, so that a restored backup brings none of them back.
    /// </summary>
    Task NoteErasedAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes what is left of destroyed keys and deleted tickets out of the database's files. Every write waits while
    /// those that there are
    /// are written anew (ADR 0016). False: a reader was in the way; try again.
    /// </summary>
    Task<bool> ScrubAsync(CancellationToken cancellationToken = default);
}

/// <param name="Fields">Null when they were erased.</param>
/// <param name="Disclosure">What proves them; null when erased, or when the body holds them in clear, as those of the
/// process itself.</param>
public readonly record struct OpenedPerson(PersonalFields? Fields, Disclosure? Disclosure);
