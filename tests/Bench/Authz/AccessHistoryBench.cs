using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Storage.Sqlite;

namespace Palisade.Bench.Authz;

/// <summary>
/// <c>access.history</c>: the requests of the last 90 days that a what-if decides again, out of 1,000,000 records of
/// which hardly two ask the same: the 95th percentile.
/// </summary>
internal sealed class AccessHistoryBench : IBench
{
    private const int Reads = 20;
    private const double AtMostMilliseconds = 1000;

    public string Name => "access.history";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("palisade-bench-").FullName;
        try
        {
            await AuditRecords.FillAsync(folder, "acme", ct);
            await using var store = await SqliteStore.OpenAsync(
                new() { DataDirectory = folder, Events = EventCatalog.From(typeof(IDomainEvent).Assembly) },
                TimeProvider.System,
                NullLoggerFactory.Instance,
                ct
            );
            var times = new List<double>(Reads);
            for (var read = 0; read <= Reads; read++)
            {
                var started = Stopwatch.GetTimestamp();
                var uses = await store.History.ReadAsync(
                    "acme",
                    DateTimeOffset.UtcNow.AddDays(-90),
                    cancellationToken: ct
                );
                var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                if (uses.Sum(use => use.Count) < uses.Length || uses.Length == 0)
                {
                    throw new InvalidDataException($"{uses.Length} uses");
                }

                // The first reads what the next find in memory.
                if (read > 0)
                {
                    times.Add(elapsed);
                }
            }

            return BenchResult.Of(Name, "ms", Rounds.Percentile(times, 95), Goal.AtMost(AtMostMilliseconds));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
