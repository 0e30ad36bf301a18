using System.Collections.Immutable;

namespace Palisade.Storage.Objects;

/// <summary>
/// Blobs (source archives, exports): metadata in the store, bytes sealed with the org's data key in a directory.
/// </summary>
public interface IObjectStore
{
    /// <summary>
    /// Stores the whole stream durably under the key, replacing what was there, and gives its metadata. Over
    /// <paramref name="limits"/> it throws <see cref="ObjectTooLargeException"/> or <see cref="ObjectQuotaException"/>,
    /// keeps nothing and leaves what was there.
    /// </summary>
    Task<ObjectInfo> PutAsync(
        string org,
        string key,
        Stream content,
        ObjectLimits limits,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// The bytes in clear, or null. Tampered bytes fail with <see cref="InvalidDataException"/> before any of a bad
    /// chunk is given.
    /// </summary>
    Task<Stream?> OpenAsync(string org, string key, CancellationToken cancellationToken = default);

    Task<ObjectInfo?> FindAsync(string org, string key, CancellationToken cancellationToken = default);

    Task<bool> DeleteAsync(string org, string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes objects below the prefix that were stored before a time, but for those named; gives how many.
    /// </summary>
    Task<int> DeleteOlderAsync(
        string org,
        string prefix,
        DateTimeOffset before,
        IReadOnlyCollection<string> keep,
        CancellationToken cancellationToken = default
    );

    Task<ImmutableArray<ObjectInfo>> ListAsync(
        string org,
        string prefix,
        int limit,
        CancellationToken cancellationToken = default
    );
}

public sealed record ObjectInfo(string Key, long Size, string Sha256, DateTimeOffset Created);

public sealed class ObjectTooLargeException(long maxBytes) : Exception($"The object is larger than {maxBytes} bytes.")
{
    public long MaxBytes { get; } = maxBytes;
}
