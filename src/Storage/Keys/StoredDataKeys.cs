namespace Palisade.Storage.Keys;

/// <summary>Data keys of a database, held in memory while they are used.</summary>
internal abstract class StoredDataKeys(DataKeyCache cache) : IDataKeys
{
    public ValueTask<DataKey?> TryCurrentAsync(string scope, CancellationToken cancellationToken) =>
        cache.Current(scope) is { } key ? new(key) : new(LoadOrCreateAsync(scope, cancellationToken));

    public async ValueTask<DataKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (cache.Find(id) is { } known)
        {
            return known;
        }

        var generation = cache.Generation;
        if (await ReadAsync(id, cancellationToken) is not { } key)
        {
            return null;
        }

        cache.Learn(key, current: false, generation);
        return key;
    }

    public async ValueTask<bool> IsErasedAsync(string scope, string id, CancellationToken cancellationToken) =>
        cache.Find(id) is null && await ReadErasedAsync(scope, id, cancellationToken);

    /// <summary>The key with this id, if there is one.</summary>
    protected abstract Task<DataKey?> ReadAsync(string id, CancellationToken cancellationToken);

    /// <summary>The newest key of the scope, if it has any.</summary>
    protected abstract Task<DataKey?> ReadCurrentAsync(string scope, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="ReadCurrentAsync"/>, and makes the first one where there is none; null where the scope was erased
    /// whole. Of those who ask beside each other one makes it, and all get it.
    /// </summary>
    protected abstract Task<DataKey?> CreateAsync(string scope, CancellationToken cancellationToken);

    protected abstract Task<bool> ReadErasedAsync(string scope, string id, CancellationToken cancellationToken);

    private async Task<DataKey?> LoadOrCreateAsync(string scope, CancellationToken cancellationToken)
    {
        if (scope.Length is 0 or > 512 || scope.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A scope has 1 to 512 characters.", nameof(scope));
        }

        var generation = cache.Generation;
        var key = await ReadCurrentAsync(scope, cancellationToken) ?? await CreateAsync(scope, cancellationToken);
        if (key is not null)
        {
            cache.Learn(key, current: true, generation);
        }

        return key;
    }
}
