namespace Palisade.Grains.Installation;

/// <summary>Where backups of a running installation are kept. Ids are ours, never a client's.</summary>
public interface IBackupFolder
{
    /// <summary>Writes a whole backup, replacing what an interrupted attempt left; gives its bytes.</summary>
    Task<long> WriteAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Removes one, also when it is not whole; nothing when it is gone.</summary>
    void Delete(string id);
}
