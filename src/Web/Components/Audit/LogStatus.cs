namespace Palisade.Web.Components.Audit;

/// <summary>
/// The log's latest checkpoint, which every page of records shows, so that whoever reads becomes a witness (S31).
/// </summary>
/// <param name="Note">The signed note, whole.</param>
/// <param name="Key">Of the key that signed it, in hex.</param>
/// <param name="Holds">Its signature is the log's newest key's.</param>
public sealed record LogStatus(
    long Size,
    string Root,
    DateTimeOffset At,
    string Note,
    string Key,
    string Verifier,
    bool Holds
);
