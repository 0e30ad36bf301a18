using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Storage.Views;

namespace Palisade.Web.Api;

/// <summary>
/// In which releases a variable was set, changed or removed. Names are read for it, and no value is opened.
/// </summary>
internal sealed class KeyHistory(IViews views)
{
    /// <summary>A change may name as many variables as fit into an environment.</summary>
    private const int Batch = 250;

    /// <summary>Newest first.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="key">Name of the variable.</param>
    /// <param name="before">Only versions before this one; null: all.</param>
    /// <param name="limit">As many at most.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<ImmutableArray<EnvironmentChange>> OfAsync(
        AppView app,
        string key,
        int? before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var found = ImmutableArray.CreateBuilder<EnvironmentChange>();
        var query = new ViewQuery(app.Org, ViewKinds.EnvironmentChange, AppProjection.EnvironmentKeys(app.Ref, app.Id))
        {
            Descending = true,
            Limit = Batch,
            After = before is { } version
                ? new ViewRow(AppProjection.EnvironmentKey(app.Ref, app.Id, version), "", "")
                : null,
        };
        for (var next = query; next is not null && found.Count < limit; )
        {
            var part = await views.ListAsync(next, cancellationToken);
            found.AddRange(
                part.Select(row => ViewJson.Read<EnvironmentChange>(row.Json))
                    .Where(change => change.Keys.ContainsKey(key))
                    .Take(limit - found.Count)
            );
            next = part.Length == Batch ? next with { After = part[^1] } : null;
        }

        return found.ToImmutable();
    }
}
