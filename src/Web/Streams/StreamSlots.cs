using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Web.Hosting;

namespace Palisade.Web.Streams;

/// <summary>Open streams, and builds that come or go, per principal and per organization (S08).</summary>
internal sealed class StreamSlots(IOptions<WebOptions> options)
{
    private readonly Lock _gate = new();

    /// <summary>Of those who have any open.</summary>
    private readonly Dictionary<string, Count> _open = new(StringComparer.Ordinal);

    /// <summary>
    /// Takes a place until it is disposed. Problems: <c>stream.limit</c>, <c>exec.limit</c>, <c>archive.limit</c>.
    /// </summary>
    public Result<IDisposable> Take(Caller caller, StreamKind kind)
    {
        var taken = kind switch
        {
            StreamKind.Log or StreamKind.Files => new Count(1, 0, 0),
            StreamKind.Archive => new Count(1, 0, 1),
            _ => new Count(1, 1, 0),
        };
        var most = options.Value;
        Holder[] holders =
        [
            new(
                $"principal/{caller.Principal.Id}",
                "you have",
                new Count(most.MaxSockets, most.MaxExecs, most.MaxArchives)
            ),
            new(
                $"org/{caller.Org}",
                $"organization {caller.Org} has",
                new Count(most.MaxOrgSockets, most.MaxOrgExecs, most.MaxOrgArchives)
            ),
        ];
        lock (_gate)
        {
            if (
                holders
                    .Select(h => h.Refusal(_open.GetValueOrDefault(h.Key) + taken))
                    .FirstOrDefault(p => p is not null) is
                { } refusal
            )
            {
                return refusal;
            }

            Change(holders, taken);
        }

        return new Slot(this, holders, taken);
    }

    private void Change(Holder[] holders, Count by)
    {
        foreach (var holder in holders)
        {
            var count = _open.GetValueOrDefault(holder.Key) + by;
            if (count == default)
            {
                _open.Remove(holder.Key);
            }
            else
            {
                _open[holder.Key] = count;
            }
        }
    }

    private readonly record struct Count(int Streams, int Execs, int Archives)
    {
        public static Count operator +(Count a, Count b) =>
            new(a.Streams + b.Streams, a.Execs + b.Execs, a.Archives + b.Archives);

        public static Count operator -(Count a) => new(-a.Streams, -a.Execs, -a.Archives);
    }

    private sealed record Holder(string Key, string Who, Count Most)
    {
        public Exhausted? Refusal(Count wanted) =>
            wanted.Streams > Most.Streams
                ? new("stream.limit", $"{Who} {Most.Streams} streams (logs, exec, run, proxy) open, which is the most")
                {
                    Suggestion = "end one first",
                }
            : wanted.Execs > Most.Execs
                ? new("exec.limit", $"{Who} {Most.Execs} exec, run or proxy sessions open, which is the most")
                {
                    Suggestion = "end one first",
                }
            : wanted.Archives > Most.Archives
                ? new(
                    "archive.limit",
                    $"{Who} {Most.Archives} exports or imports of builds under way, which is the most"
                )
                {
                    Suggestion = "try again when one is done",
                }
            : null;
    }

    private sealed class Slot(StreamSlots slots, Holder[] holders, Count taken) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                lock (slots._gate)
                {
                    slots.Change(holders, -taken);
                }
            }
        }
    }
}
