using System.Collections.Immutable;

namespace Palisade.Storage.Views;

/// <summary>Reads of list rows. Written only through appends.</summary>
public interface IViews
{
    Task<string?> GetAsync(string org, string kind, string key, CancellationToken cancellationToken = default);

    /// <summary>Rows whose key starts with the prefix, ordered by (sort, key).</summary>
    Task<ImmutableArray<ViewRow>> ListAsync(ViewQuery query, CancellationToken cancellationToken = default);

    /// <summary>Number of rows whose key starts with the prefix.</summary>
    Task<long> CountAsync(string org, string kind, string keyPrefix, CancellationToken cancellationToken = default);
}

public sealed record ViewRow(string Key, string Sort, string Json);

public sealed record ViewQuery(string Org, string Kind, string KeyPrefix)
{
    public bool Descending { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Continues after this row (exclusive) in the asked order.</summary>
    public ViewRow? After { get; init; }
}
