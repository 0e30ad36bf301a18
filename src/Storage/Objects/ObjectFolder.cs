using System.Security.Cryptography;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Objects;

/// <summary>
/// The sealed files of objects, by random names. Written whole and synced before anybody learns the name, never changed
/// after.
/// </summary>
internal sealed class ObjectFolder
{
    private readonly string _root;
    private readonly string _drafts;
    private readonly Lock _gate = new();
    private readonly List<string> _kept = [];
    private int _holds;

    public ObjectFolder(string root)
    {
        (_root, _drafts) = (root, Path.Combine(root, "drafts"));
        PrivateFiles.CreateFolder(_drafts);
    }

    /// <summary>Whether anything was ever put there.</summary>
    public static bool HasFiles(string root) => FileCopy.Names(root).Any();

    /// <summary>
    /// For a database that has no data yet, and finds files: it would sweep away what is another one's.
    /// </summary>
    public static StoreUnusableException Foreign(string root) =>
        new(
            $"There are objects in {root}, but no data yet that names them: they are of another database. Give the right one, or another folder."
        );

    /// <summary>Where the file of that name is, relative to the root.</summary>
    public static string RelativePath(string name) => Path.Combine(name[..2], name);

    public string PathOf(string name) => Path.Combine(_root, RelativePath(name));

    /// <summary>Writes a new file; gives its name.</summary>
    public async Task<(string Name, long Size, string Sha256)> WriteAsync(
        Stream content,
        DataKey key,
        string place,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var draft = Path.Combine(_drafts, name);
        try
        {
            long size;
            string sha256;
            await using (var file = PrivateFiles.Create(draft))
            {
                (size, sha256) = await SealedFile.WriteAsync(content, file, key, place, maxBytes, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            var folder = Path.GetDirectoryName(PathOf(name))!;
            if (!Directory.Exists(folder))
            {
                PrivateFiles.CreateFolder(folder);
                PrivateFiles.SyncFolder(_root);
            }

            File.Move(draft, PathOf(name));
            PrivateFiles.SyncFolder(folder);
            return (name, size, sha256);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Deletes a file that nothing refers to any more; later when a backup is copying.</summary>
    public void Delete(string name)
    {
        lock (_gate)
        {
            if (_holds > 0)
            {
                _kept.Add(name);
                return;
            }
        }

        File.Delete(PathOf(name));
    }

    /// <summary>Keeps every file in place until disposed.</summary>
    public IDisposable Hold()
    {
        lock (_gate)
        {
            _holds++;
        }

        return new Held(this);
    }

    /// <summary>
    /// Deletes drafts, and files that are not in the given set: what a crash left behind. Before anybody here writes.
    /// </summary>
    /// <param name="before">Others write there, too: what is younger may be on its way to its row.</param>
    public int Sweep(IReadOnlySet<string> known, DateTimeOffset? before = null)
    {
        var orphans = Directory
            .EnumerateFiles(_root, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetDirectoryName(path) == _drafts || !known.Contains(Path.GetFileName(path)))
            .Where(path => before is null || File.GetLastWriteTimeUtc(path) < before.Value.UtcDateTime)
            .ToList();
        orphans.ForEach(File.Delete);
        return orphans.Count;
    }

    private void Release()
    {
        List<string> due;
        lock (_gate)
        {
            if (--_holds > 0)
            {
                return;
            }

            due = [.. _kept];
            _kept.Clear();
        }

        due.ForEach(name => File.Delete(PathOf(name)));
    }

    private sealed class Held(ObjectFolder folder) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                folder.Release();
            }
        }
    }
}
