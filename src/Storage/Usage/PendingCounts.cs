using System.Globalization;

namespace Palisade.Storage.Usage;

/// <summary>Counts of uses in memory, between two flushes.</summary>
internal sealed class PendingCounts(TimeProvider clock)
{
    // A bound against floods of made-up resources between two flushes; what is beyond is not counted.
    private const int MaxKeys = 50_000;

    private readonly Lock _gate = new();
    private Dictionary<UseKey, (long Count, DateTimeOffset At)> _counts = [];

    public void Count(string org, string principal, string operation, string resource)
    {
        var now = StoreTime.Now(clock);
        var day = now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var key = new UseKey(org, principal, operation, resource, day);
        lock (_gate)
        {
            if (_counts.TryGetValue(key, out var held) || _counts.Count < MaxKeys)
            {
                _counts[key] = (held.Count + 1, now);
            }
        }
    }

    public List<PendingCount> Take()
    {
        lock (_gate)
        {
            var taken = _counts
                .Select(count => new PendingCount(count.Key, count.Value.Count, count.Value.At))
                .ToList();
            _counts = [];
            return taken;
        }
    }
}

internal readonly record struct UseKey(string Org, string Principal, string Operation, string Resource, string Day);

internal readonly record struct PendingCount(UseKey Key, long Count, DateTimeOffset At);
