using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>Reads what became of one variable, for whoever may see releases and names of variables.</summary>
internal sealed class KeyHistoryReader(KeyHistory history, Records records, Bylines bylines)
{
    private const int Shown = 50;

    /// <param name="app">Whose.</param>
    /// <param name="key">Name of the variable.</param>
    /// <param name="before">Of an earlier part; null: the newest.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<KeyHistoryView> ReadAsync(
        AppSummary app,
        string key,
        int? before,
        CancellationToken cancellationToken
    )
    {
        var found = await history.OfAsync(app.Row.App, key, before, Shown + 1, cancellationToken);
        var rows = ImmutableArray.CreateBuilder<KeyChangeRow>(Shown);
        foreach (var change in found.Take(Shown))
        {
            rows.Add(
                new KeyChangeRow(
                    change.Release,
                    await records.ReleaseAsync(app.Ref, change.Release, cancellationToken) is not null,
                    Deed(change, key),
                    change.At,
                    await bylines.OfAsync(change.By, cancellationToken)
                )
            );
        }

        return new KeyHistoryView(key, rows.ToImmutable(), found.Length > Shown ? found[Shown - 1].Version : null);
    }

    private static string Deed(EnvironmentChange change, string key) =>
        change.Keys[key] switch
        {
            "add" => "Set",
            "remove" => "Removed",
            _ => "Changed",
        };
}
