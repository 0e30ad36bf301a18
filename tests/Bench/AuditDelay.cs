using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Palisade.Bench;

/// <summary>
/// How long after its acknowledgement something is known of a change, while 32 clients change something all the time.
/// </summary>
internal static class AuditDelay
{
    public const int Clients = 32;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(3);

    /// <summary>The 99th percentile of one client's changes, beside those of all others.</summary>
    /// <param name="isKnown">Asked of the stream of the change and its place there.</param>
    public static async Task<double> MeasureAsync(
        EnvSetLoad load,
        Func<string, long, bool> isKnown,
        CancellationToken ct
    )
    {
        using var product = Open(load.Database);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var others = Task.WhenAll(Enumerable.Range(1, Clients - 1).Select(client => ChangeAsync(client)));
        var (times, stream) = (new List<double>(), load.StreamOf(0));
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < RoundTime; )
        {
            await load.ChangeAsync(0, ct);
            var acknowledged = Stopwatch.GetTimestamp();

            // Nobody else changes this app, so the head of its stream is the change, or what followed from it.
            var head = Number(product, "SELECT head FROM stream WHERE id = $stream", stream, 0);
            while (!isKnown(stream, head))
            {
                await Task.Delay(1, ct);
            }

            times.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
        }

        await over.CancelAsync();
        await others;
        return Rounds.Percentile(times, 99);

        async Task ChangeAsync(int client)
        {
            while (!over.IsCancellationRequested)
            {
                await load.ChangeAsync(client, ct);
            }
        }
    }

    public static SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>The number that a query gives; -1 when it gives none.</summary>
    public static long Number(SqliteConnection connection, string sql, string stream, long seq)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$stream", stream);
        command.Parameters.AddWithValue("$seq", seq);
        return command.ExecuteScalar() is { } found ? Convert.ToInt64(found, CultureInfo.InvariantCulture) : -1;
    }

    /// <summary>The place of an entry in its log; -1 while it has none. With it a checkpoint covers it: both are
    /// written at once.</summary>
    public static long IndexOf(SqliteConnection product, string stream, long seq) =>
        Number(product, "SELECT idx FROM leaf WHERE stream = $stream AND seq = $seq", stream, seq);
}
