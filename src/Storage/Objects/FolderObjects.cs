using System.Collections.Immutable;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Objects;

/// <summary>Objects whose bytes are files of a folder, and whose rows are a database's.</summary>
internal abstract class FolderObjects(IDataKeys keys, ObjectFolder folder) : IObjectStore
{
    public const string Columns = "key, size, sha256, created";

    public async Task<ObjectInfo> PutAsync(
        string org,
        string key,
        Stream content,
        ObjectLimits limits,
        CancellationToken cancellationToken = default
    )
    {
        ObjectKeys.Check(key);
        if (limits.Quota is { } quota && await UsedAsync(org, quota.Prefix, cancellationToken) >= quota.Bytes)
        {
            throw new ObjectQuotaException(quota);
        }

        var dataKey = await keys.CurrentAsync(Scopes.Org(org), cancellationToken);
        var (name, size, sha256) = await folder.WriteAsync(
            content,
            dataKey,
            Place(org, key),
            limits.MaxBytes,
            cancellationToken
        );
        ObjectInfo info;
        string? replaced;
        try
        {
            // From here on a client's cancellation no longer counts: the bytes are there and the row is one commit
            // away.
            (info, replaced) = await SaveAsync(org, new(key, size, sha256, default), name, limits.Quota);
        }
        catch
        {
            folder.Delete(name);
            throw;
        }

        await DropAsync(replaced is null ? [] : [replaced]);
        return info;
    }

    public async Task<Stream?> OpenAsync(string org, string key, CancellationToken cancellationToken = default)
    {
        ObjectKeys.Check(key);
        while (await FindRowAsync(org, key, cancellationToken) is (_, { } name))
        {
            FileStream file;
            try
            {
                file = new(
                    folder.PathOf(name),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    1,
                    useAsync: true
                );
            }
            catch (FileNotFoundException)
            {
                if ((await FindRowAsync(org, key, cancellationToken))?.File == name)
                {
                    throw;
                }

                // Replaced or deleted between the two reads.
                continue;
            }

            try
            {
                var (keyId, salt) = await SealedFile.ReadHeaderAsync(file, cancellationToken);
                var dataKey =
                    await keys.FindAsync(Scopes.Org(org), keyId, cancellationToken)
                    ?? throw new InvalidDataException("The sealed object names a key of another place.");
                return new SealedFileStream(file, SealedFile.FileKey(dataKey, salt, Place(org, key)));
            }
            catch
            {
                await file.DisposeAsync();
                throw;
            }
        }

        return null;
    }

    public async Task<ObjectInfo?> FindAsync(string org, string key, CancellationToken cancellationToken = default)
    {
        ObjectKeys.Check(key);
        return (await FindRowAsync(org, key, cancellationToken))?.Info;
    }

    public async Task<bool> DeleteAsync(string org, string key, CancellationToken cancellationToken = default)
    {
        ObjectKeys.Check(key);
        var name = await DeleteRowAsync(org, key, cancellationToken);
        await DropAsync(name is null ? [] : [name]);
        return name is not null;
    }

    public async Task<int> DeleteOlderAsync(
        string org,
        string prefix,
        DateTimeOffset before,
        IReadOnlyCollection<string> keep,
        CancellationToken cancellationToken = default
    )
    {
        var names = await DeleteRowsAsync(org, prefix, before, keep, cancellationToken);
        // A kill in between leaves files that no row names: the next start removes them.
        await DropAsync(names);
        return names.Count;
    }

    public abstract Task<ImmutableArray<ObjectInfo>> ListAsync(
        string org,
        string prefix,
        int limit,
        CancellationToken cancellationToken = default
    );

    /// <summary>Files that no row names any more.</summary>
    protected virtual Task DropAsync(IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            folder.Delete(file);
        }

        return Task.CompletedTask;
    }

    protected abstract Task<long> UsedAsync(string org, string prefix, CancellationToken cancellationToken);

    protected abstract Task<StoredObject?> FindRowAsync(string org, string key, CancellationToken cancellationToken);

    /// <summary>
    /// Puts the row, with its time, and gives the file that it replaced. The quota is looked at within the transaction,
    /// so that uploads beside each other don't pass it together: <see cref="ObjectQuotaException"/>.
    /// </summary>
    protected abstract Task<(ObjectInfo Info, string? Replaced)> SaveAsync(
        string org,
        ObjectInfo info,
        string file,
        ObjectQuota? quota
    );

    /// <summary>Gives the file, if there was a row.</summary>
    protected abstract Task<string?> DeleteRowAsync(string org, string key, CancellationToken cancellationToken);

    /// <summary>Gives the files.</summary>
    protected abstract Task<List<string>> DeleteRowsAsync(
        string org,
        string prefix,
        DateTimeOffset before,
        IReadOnlyCollection<string> keep,
        CancellationToken cancellationToken
    );

    /// <param name="row">Of <see cref="Columns"/>.</param>
    public static ObjectInfo Read(IRow row) => new(row.Text(0), row.Int64(1), row.Text(2), row.Time(3));

    // Binds the bytes to their name: a file moved under another key does not open.
    private static string Place(string org, string key) => $"{org}\n{key}";
}

internal sealed record StoredObject(ObjectInfo Info, string File);
