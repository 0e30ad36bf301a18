using Palisade.Grains.Installation;
using Palisade.Silo.Hosting;
using Palisade.Storage;

namespace Palisade.Silo.Backups;

/// <summary>Backups in <c>backups</c> of the data folder, a folder each, whole under their names only.</summary>
public sealed class BackupFolder(IStore store, SiloOptions options) : IBackupFolder
{
    private const string Partial = ".partial";

    private string Root => Path.Combine(options.DataDirectory, "backups");

    public async Task<long> WriteAsync(string id, CancellationToken cancellationToken = default)
    {
        // An attempt that was killed after its last step.
        if (!Directory.Exists(PathOf(id)))
        {
            Remove(PathOf(id) + Partial);
            await store.BackupAsync(PathOf(id) + Partial, cancellationToken);
            Directory.Move(PathOf(id) + Partial, PathOf(id));
        }

        return new DirectoryInfo(PathOf(id)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
    }

    public void Delete(string id)
    {
        Remove(PathOf(id) + Partial);
        Remove(PathOf(id));
    }

    private string PathOf(string id) => Path.Combine(Root, id);

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
