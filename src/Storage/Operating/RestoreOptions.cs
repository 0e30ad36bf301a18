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

    /// <summary>
    /// Refuses to begin where files are that may be of another installation: those of the backup would be written over
    /// them, and what it does not name would be swept away.
    /// </summary>
    internal static void RefuseFilled(params ReadOnlySpan<string> folders)
    {
        foreach (var folder in folders)
        {
            if (FileCopy.Names(folder).Any())
            {
                throw new StoreUnusableException(
                    $"There are files in {folder}; a backup is restored into folders without. Move them away if they are of the data that is lost, or name "
                        + "another folder."
                );
            }
        }
    }
}
