using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Palisade.Storage.Views;

/// <summary>Reads of list rows. Written only through appends.</summary>
public interface IViews
{
    Task<string?> GetAsync(string org, string kind, string key, CancellationToken cancellationToken = default);

    /// <summary>Rows whose key starts with the prefix, ordered by (sort, key).</summary>
    Task<ImmutableArray<ViewRow>> ListAsync(ViewQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Every such row, in parts that are read as they are asked for; the query's <see cref="ViewQuery.Limit"/> does not
    /// count.
    /// </summary>
    async IAsyncEnumerable<ViewRow> AllAsync(
        ViewQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        for (var next = query with { Limit = ViewQuery.MaxLimit }; next is not null; )
        {
            var part = await ListAsync(next, cancellationToken);
            foreach (var row in part)
            {
                yield return row;
            }

            next = part.Length == next.Limit ? next with { After = part[^1] } : null;
        }
    }

    /// <summary>Number of rows whose key starts with the prefix.</summary>
    Task<long> CountAsync(string org, string kind, string keyPrefix, CancellationToken cancellationToken = default);
}

public sealed record ViewRow(string Key, string Sort, string Json);

public sealed record ViewQuery(string Org, string Kind, string KeyPrefix)
{
    public bool Descending { get; init; }

    public const int MaxLimit = 1_000;

    /// <summary>1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Continues after this row (exclusive) in the asked order.</summary>
    public ViewRow? After { get; init; }

    internal void Check()
    {
        if (Limit is < 1 or > MaxLimit)
        {
            throw new ArgumentException("The limit is 1 to 1,000.");
        }
    }
}
