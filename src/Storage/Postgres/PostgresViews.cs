using System.Collections.Immutable;
using Palisade.Storage.Views;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresViews(Database database) : IViews
{
    public Task<string?> GetAsync(string org, string kind, string key, CancellationToken cancellationToken = default) =>
        database.FirstAsync(ViewStatements.Get(org, kind, key), row => row.Text(0), cancellationToken);

    public async Task<ImmutableArray<ViewRow>> ListAsync(
        ViewQuery query,
        CancellationToken cancellationToken = default
    ) =>
        [
            .. await database.ReadAsync(
                ViewStatements.List(query),
                row => new ViewRow(row.Text(0), row.Text(1), row.Text(2)),
                cancellationToken
            ),
        ];

    public Task<long> CountAsync(
        string org,
        string kind,
        string keyPrefix,
        CancellationToken cancellationToken = default
    ) => database.FirstAsync(ViewStatements.Count(org, kind, keyPrefix), row => row.Int64(0), cancellationToken);
}
