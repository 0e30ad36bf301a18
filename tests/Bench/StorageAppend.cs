using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Sqlite;

namespace Palisade.Bench;

/// <summary>
/// Chained records per second through the store at 32 callers, over a plain connection that commits the same row with
/// the same indexes and triggers one by one, unchained. Rounds are interleaved; the medians are compared.
/// </summary>
internal static class StorageAppend
{
    public const int Callers = 32;
    public const double Goal = 2.4;

    /// <summary>Records per second of the store and of single-row commits, medians.</summary>
    /// <param name="sealing">Also gives every record its place in the log, with checkpoints, within the time that
    /// counts.</param>
    public static async Task<(double Store, double Reference)> RunAsync(
        int rounds = 5,
        double secondsPerRound = 1.5,
        bool sealing = false
    )
    {
        var folder = Directory.CreateTempSubdirectory("palisade-bench-").FullName;
        try
        {
            await using var store = await SqliteStore.OpenAsync(
                new() { DataDirectory = Path.Combine(folder, "store") },
                TimeProvider.System,
                NullLoggerFactory.Instance
            );
            await using (
                await SqliteStore.OpenAsync(
                    new() { DataDirectory = Path.Combine(folder, "plain") },
                    TimeProvider.System,
                    NullLoggerFactory.Instance
                )
            )
            {
                // Only for its schema.
            }

            using var plain = new SqliteConnection(
                $"Data Source={Path.Combine(folder, "plain", "palisade.db")};Pooling=False"
            );
            plain.Open();
            Execute(plain, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
            var body = await OneBodyAsync(store);
            using var signer = sealing ? NoteSigner.Create((await store.Audit.OpenAsync("acme")).Origin) : null;
            List<double> ours = [],
                theirs = [];
            for (var round = 0; round <= rounds; round++)
            {
                var one = await StoreRoundAsync(store, signer, round, TimeSpan.FromSeconds(secondsPerRound));
                var other = PlainRound(plain, round, body, TimeSpan.FromSeconds(secondsPerRound));

                // The first round warms up.
                if (round > 0)
                {
                    ours.Add(one);
                    theirs.Add(other);
                }
            }

            return (Rounds.Median(ours), Rounds.Median(theirs));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static EntryDraft Entry { get; } =
        new()
        {
            Caller = new()
            {
                Principal = new(PrincipalKind.User, "u0123456789", "Ada Lovelace"),
                SignIn = "cli-token",
                CredentialId = "t0123456789",
                Ip = "127.0.0.1",
                Client = "convox/3.18",
                RequestId = "0123456789ab",
            },
            Operation = "app.env.set",
            ResourceType = "Application",
            Resource = "staging/web",
        };

    private static async Task<double> StoreRoundAsync(SqliteStore store, NoteSigner? signer, int round, TimeSpan length)
    {
        var watch = Stopwatch.StartNew();
        using var over = new CancellationTokenSource();
        var sealedAll = signer is null ? Task.CompletedTask : SealAsync(store, signer, over.Token);
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(caller =>
                    Task.Run(async () =>
                    {
                        var stream = new StreamId($"app/acme/bench/r{round}c{caller}");
                        var head = 0L;
                        while (watch.Elapsed < length)
                        {
                            var result = await store.Journal.AppendAsync(
                                new() { Org = "acme", Writes = [new(stream, head, [Entry])] }
                            );
                            head = ((Appended)result).Heads[0].Head;
                        }

                        return head;
                    })
                )
        );
        await over.CancelAsync();
        await sealedAll;
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Seals as the server does, every 100 ms, and at the end whatever is left.</summary>
    private static async Task SealAsync(SqliteStore store, NoteSigner signer, CancellationToken over)
    {
        do
        {
            await Task.Delay(LogSealer.Gather, over)
                .ContinueWith(
                    static _ => { },
                    CancellationToken.None,
                    TaskContinuationOptions.None,
                    TaskScheduler.Default
                );
            var last = over.IsCancellationRequested;
            await LogSealer.SealAllAsync(store.Audit, "acme", signer, CancellationToken.None);
            if (last)
            {
                return;
            }
        } while (true);
    }

    private static double PlainRound(SqliteConnection plain, int round, string body, TimeSpan length)
    {
        using var journal = plain.CreateCommand();
        journal.CommandText = """
            INSERT INTO journal (stream, seq, org, at, actor_kind, actor, operation, resource_type, resource, result,
                request_id, prev_hash, hash)
            VALUES ($stream, $seq, 'acme', $at, 'User', 'u0123456789', 'app.env.set', 'Application', 'staging/web',
                'ok', '0123456789ab', $hash, $hash);
            INSERT INTO journal_body (stream, seq, body) VALUES ($stream, $seq, $body);
            INSERT INTO unsealed (org, n, stream, seq, hash) VALUES ('acme', $at, $stream, $seq, $hash);
            """;
        var seq = journal.Parameters.Add("$seq", SqliteType.Integer);
        var at = journal.Parameters.Add("$at", SqliteType.Integer);
        journal.Parameters.AddWithValue("$stream", $"app/acme/bench/p{round}");
        journal.Parameters.AddWithValue("$hash", new byte[32]);
        journal.Parameters.AddWithValue("$body", body);
        journal.Prepare();
        var watch = Stopwatch.StartNew();
        var count = 0L;
        while (watch.Elapsed < length)
        {
            using var transaction = plain.BeginTransaction(deferred: false);
            journal.Transaction = transaction;
            (seq.Value, at.Value) = (++count, Stopwatch.GetTimestamp());
            journal.ExecuteNonQuery();
            transaction.Commit();
        }

        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task<string> OneBodyAsync(SqliteStore store)
    {
        await store.Journal.AppendAsync(new() { Org = "acme", Writes = [new(new("app/acme/bench/one"), 0, [Entry])] });
        await foreach (var entry in store.Journal.ReadAsync(new("app/acme/bench/one"), 0))
        {
            return entry.Body;
        }

        throw new InvalidOperationException("The entry that was just written is not there.");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
