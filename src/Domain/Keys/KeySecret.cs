namespace Palisade.Domain.Keys;

/// <summary>
/// One secret of a key: the id of its credential, to whom it was shown, and since when and until when it works. Its
/// hash is the ticket's.
/// </summary>
/// <param name="CredentialId">Names it in records; not secret.</param>
/// <param name="ShownTo">Id of the person whose answer held it.</param>
/// <param name="Until">Set when the key was rolled; none while it is the key's own.</param>
[GenerateSerializer, Immutable, Alias("palisade.key.secret")]
public sealed record KeySecret(
    [property: Id(0)] string CredentialId,
    [property: Id(1)] string ShownTo,
    [property: Id(2)] DateTimeOffset Since,
    [property: Id(3)] DateTimeOffset? Until = null
)
{
    public bool WorksAt(DateTimeOffset now) => Until is not { } until || now < until;
}
