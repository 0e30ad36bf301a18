using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Palisade.Bench;

/// <summary>
/// <c>audit.head</c>: how long after its acknowledgement a change is covered by a signed checkpoint, 99 of 100 times,
/// while 32 clients change something all the time; beside a bare signature and one durable commit.
/// </summary>
internal sealed class AuditHead : IBench
{
    private const int Clients = 32;
    private const double AtMostMilliseconds = 1000;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(3);

    public string Name => "audit.head";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var load = await EnvSetLoad.StartAsync(Clients, ct);
        using var product = new SqliteConnection($"Data Source={load.Database};Mode=ReadOnly;Pooling=False");
        product.Open();
        using var plain = PlainJournal.Create(load.Database, "app.env.set");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var measured = await Rounds.InterleavedAsync(
            token => CoverAsync(load, product, token),
            async token =>
                await Rounds.MillisecondsAsync(
                    async inner =>
                    {
                        key.SignData(new byte[200], HashAlgorithmName.SHA256);
                        await plain.CommitAsync(0, inner);
                    },
                    token
                ),
            ct: ct
        );
        return BenchResult.Of(Name, "ms", measured, Goal.AtMost(AtMostMilliseconds));
    }

    /// <summary>The 99th percentile of one client's changes, beside those of all others.</summary>
    private static async Task<double> CoverAsync(EnvSetLoad load, SqliteConnection product, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var others = Task.WhenAll(
            Enumerable
                .Range(1, Clients - 1)
                .Select(async client =>
                {
                    while (!over.IsCancellationRequested)
                    {
                        await load.ChangeAsync(client, ct);
                    }
                })
        );
        var times = new List<double>();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < RoundTime; )
        {
            await load.ChangeAsync(0, ct);
            var acknowledged = Stopwatch.GetTimestamp();

            // Nobody else writes this app's stream, so its head is the change. Leaves and their checkpoint are written
            // at once.
            var head = Number(product, $"SELECT head FROM stream WHERE id = '{load.StreamOf(0)}'");
            while (
                Number(product, $"SELECT count(*) FROM leaf WHERE stream = '{load.StreamOf(0)}' AND seq = {head}") == 0
            )
            {
                await Task.Delay(1, ct);
            }

            times.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
        }

        await over.CancelAsync();
        await others;
        return times.Order().ElementAt((int)(0.99 * (times.Count - 1)));
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
