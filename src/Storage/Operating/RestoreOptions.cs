namespace Palisade.Storage.Operating;

/// <summary>How a backup comes back (S06).</summary>
public sealed class RestoreOptions
{
    /// <summary>
    /// Folder of the master key ring that the backup was written with; default: <c>keys</c> in the data folder, put
    /// there beforehand.
    /// </summary>
    public string? KeysDirectory { get; init; }

    /// <summary>
    /// Keeps sessions, tokens and invites valid. By default all are revoked: whoever took one since may hold it.
    /// </summary>
    public bool KeepCredentials { get; init; }

    /// <summary>Who restores, for the record.</summary>
    public string Operator { get; init; } = "operator";
}
