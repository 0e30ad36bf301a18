namespace Palisade.Storage.Postgres;

/// <summary>
/// A process that is killed between a commit and its notice has told nobody of it. So whoever sees that a node's lease
/// has ended looks at everything again.
/// </summary>
internal sealed class Departures(Database database, CommitNews news, TimeProvider clock)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private HashSet<string>? _known;

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var gone = await database.ReadAsync(
            NodeStatements.Gone(StoreTime.Now(clock)),
            row => row.Text(0),
            cancellationToken
        );
        if (_known is { } known && gone.Exists(node => !known.Contains(node)))
        {
            news.LookAgain();
        }

        _known = [.. gone];
    }
}
