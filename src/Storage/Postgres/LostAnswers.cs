using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>Finds out what became of an append that was sent and not answered.</summary>
internal sealed class LostAnswers(Database database, AppendRefusals refusals)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether the database has it, exactly as it was planned; if not, it never will. INVARIANT: a connection that
    /// broke for us may live on for the server, which runs what it was sent, or has yet to receive it. Whoever may
    /// still commit it is ended before it is looked.
    /// </summary>
    /// <param name="backends">That it was sent to.</param>
    public async Task<bool> WasCommittedAsync(PlannedAppend planned, IReadOnlyCollection<int> backends)
    {
        await EndAsync(backends);
        if (planned.Work.Mark is { } mark)
        {
            return await refusals.FindAnswerAsync(mark, CancellationToken.None) is not null;
        }

        var first = planned.Writes[0];
        var found = await database.ReadAsync(
            Statement
                .Of("SELECT 1 FROM journal WHERE stream = $1 AND seq = $2 AND hash = $3")
                .Add(first.Write.Stream)
                .Add(first.After.Seq)
                .AddBlob(first.After.Hash),
            _ => true,
            CancellationToken.None
        );
        return found.Count > 0;
    }

    /// <summary>
    /// Throws when one does not end, as one does whose disk hangs. Should a number belong to another connection of ours
    /// by now, then that one finds out what became of its work in the same way.
    /// </summary>
    private async Task EndAsync(IReadOnlyCollection<int> backends)
    {
        var left = await database.FirstAsync(
            Statement
                .Of(
                    """
                    WITH sent AS MATERIALIZED (
                        SELECT pid FROM pg_stat_activity
                        WHERE pid = ANY($1) AND pid <> pg_backend_pid()
                        AND datname = current_database() AND usename = current_user)
                    SELECT count(*) FROM sent WHERE NOT pg_terminate_backend(pid, $2)
                    """
                )
                .Add([.. backends])
                .Add((long)Patience.TotalMilliseconds),
            row => row.Int64(0),
            CancellationToken.None
        );
        if (left > 0)
        {
            throw new NpgsqlException(
                "A connection that was lost has not ended yet; what it was sent may still be done."
            );
        }
    }
}
