using System.Collections.Immutable;
using Palisade.Storage.Journal;
using Palisade.Storage.Objects;

namespace Palisade.Storage.Operating;

/// <summary>Lists everything of a kind that a store has, for checks of the whole.</summary>
public interface IInventory
{
    /// <summary>All streams with their heads, by id.</summary>
    Task<ImmutableArray<StreamHead>> StreamsAsync(CancellationToken cancellationToken = default);

    Task<ImmutableArray<ListedObject>> ObjectsAsync(CancellationToken cancellationToken = default);

    /// <summary>All data keys, each tried with the master key ring.</summary>
    Task<ImmutableArray<ListedKey>> KeysAsync(CancellationToken cancellationToken = default);
}

public sealed record ListedObject(string Org, ObjectInfo Info);

/// <param name="Opens">Whether the ring has the master key that it is wrapped by, and opens it.</param>
public sealed record ListedKey(string Id, string Scope, string Master, bool Opens);
