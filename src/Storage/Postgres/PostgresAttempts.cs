using System.Collections.Concurrent;
using System.Text;
using Palisade.Storage.Keys;
using Palisade.Storage.Usage;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Tries of all processes. Each that is allowed is a write; what is refused is remembered here for as long as it is, so
/// that a flood of them asks the database for nothing.
/// </summary>
internal sealed class PostgresAttempts(Database database, ISealer sealer, TimeProvider clock) : IAttempts
{
    private const int MaxRefused = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _refused = new(StringComparer.Ordinal);

    public async Task<TimeSpan> TakeAsync(string key, AttemptLimit limit, CancellationToken cancellationToken = default)
    {
        var now = StoreTime.Now(clock);
        if (_refused.TryGetValue(key, out var until) && until > now)
        {
            return until - now;
        }

        var stored = await KeyAsync(key, cancellationToken);
        if (await database.FirstAsync(Take(stored, limit, now), _ => true, cancellationToken))
        {
            _refused.TryRemove(key, out _);
            return TimeSpan.Zero;
        }

        var full = await database.FirstAsync(Find(stored), row => row.TimeOrNull(0), cancellationToken) ?? now;
        // Filled again meanwhile: the next try finds out.
        var wait = full - limit.Reach - now is var left && left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
        if (_refused.Count >= MaxRefused)
        {
            _refused.Clear();
        }

        _refused[key] = now + wait;
        return wait;
    }

    public async Task GiveAsync(string key, AttemptLimit limit, CancellationToken cancellationToken = default)
    {
        _refused.TryRemove(key, out _);
        await database.RunAsync(Give(await KeyAsync(key, cancellationToken), limit), cancellationToken);
    }

    /// <summary>Drops buckets that are full.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) =>
        database.RunAsync(
            Statement
                .Of(
                    """
                    DELETE FROM attempt
                    WHERE key IN (SELECT key FROM attempt WHERE until <= $1 FOR UPDATE SKIP LOCKED) AND until <= $1
                    """
                )
                .Add(StoreTime.Now(clock)),
            cancellationToken
        );

    // SECURITY: keys hold addresses of networks, which the database is not told (S30).
    private Task<string> KeyAsync(string key, CancellationToken cancellationToken) =>
        sealer.FingerprintAsync(Scopes.Org(""), Encoding.UTF8.GetBytes($"attempt/{key}"), cancellationToken);

    private static Statement Take(string key, AttemptLimit limit, DateTimeOffset now) =>
        Statement
            .Of(
                """
                INSERT INTO attempt AS known (key, until) VALUES ($1, $2 + $3)
                ON CONFLICT (key) DO UPDATE SET until = greatest(known.until, $2) + $3 WHERE known.until <= $2 + $4
                RETURNING until
                """
            )
            .Add(key)
            .Add(now)
            .Add(Microseconds(limit.Refill))
            .Add(Microseconds(limit.Reach));

    private static Statement Give(string key, AttemptLimit limit) =>
        Statement.Of("UPDATE attempt SET until = until - $2 WHERE key = $1").Add(key).Add(Microseconds(limit.Refill));

    private static Statement Find(string key) => Statement.Of("SELECT until FROM attempt WHERE key = $1").Add(key);

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
