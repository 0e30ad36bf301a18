using System.Globalization;
using Palisade.Storage.Usage;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteUsageCounts(Writer writer, TimeProvider clock) : IUsageCounts
{
    // A bound against floods of made-up resources between two flushes; what is beyond is not counted.
    private const int MaxKeys = 50_000;

    private readonly Lock _gate = new();
    private Dictionary<
        (string Org, string Principal, string Operation, string Resource, string Day),
        (long Count, DateTimeOffset At)
    > _counts = [];

    public void Count(string org, string principal, string operation, string resource)
    {
        var now = StoreTime.Now(clock);
        var key = (org, principal, operation, resource, now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        lock (_gate)
        {
            if (_counts.TryGetValue(key, out var held) || _counts.Count < MaxKeys)
            {
                _counts[key] = (held.Count + 1, now);
            }
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        Dictionary<
            (string Org, string Principal, string Operation, string Resource, string Day),
            (long Count, DateTimeOffset At)
        > counts;
        lock (_gate)
        {
            (counts, _counts) = (_counts, []);
        }

        if (counts.Count == 0)
        {
            return;
        }

        await writer.WriteAsync(
            session =>
            {
                foreach (var (key, value) in counts)
                {
                    session
                        .Prepare(
                            """
                            INSERT INTO usage (org, principal, operation, resource, day, count, last_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?)
                            ON CONFLICT DO UPDATE SET count = count + excluded.count, last_at = excluded.last_at
                            """
                        )
                        .Add(key.Org)
                        .Add(key.Principal)
                        .Add(key.Operation)
                        .Add(key.Resource)
                        .Add(key.Day)
                        .Add(value.Count)
                        .Add(value.At)
                        .Run();
                }

                return counts.Count;
            },
            cancellationToken
        );
    }
}
