using Palisade.Storage.Usage;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteUsageCounts(Writer writer, TimeProvider clock) : IUsageCounts
{
    private readonly PendingCounts _pending = new(clock);

    public void Count(string org, string principal, string operation, string resource) =>
        _pending.Count(org, principal, operation, resource);

    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var counts = _pending.Take();
        if (counts.Count == 0)
        {
            return;
        }

        await writer.WriteAsync(
            session =>
            {
                foreach (var (key, count, at) in counts)
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
                        .Add(count)
                        .Add(at)
                        .Run();
                }

                return counts.Count;
            },
            cancellationToken
        );
    }
}
