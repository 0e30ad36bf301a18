using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Web.Hosting;

namespace Palisade.Web.Streams;

/// <summary>Open streams per principal and per organization (S08).</summary>
internal sealed class StreamSlots(IOptions<WebOptions> options)
{
    private readonly Lock _gate = new();

    /// <summary>Of those who have any open.</summary>
    private readonly Dictionary<string, Count> _open = new(StringComparer.Ordinal);

    /// <summary>Takes a place until it is disposed. Problems: <c>stream.limit</c>, <c>exec.limit</c>.</summary>
    public Result<IDisposable> Take(Caller caller, StreamKind kind)
    {
        var taken = new Count(1, kind == StreamKind.Log ? 0 : 1);
        Holder[] holders =
        [
            new($"principal/{caller.Principal.Id}", "you have", options.Value.MaxSockets, options.Value.MaxExecs),
            new(
                $"org/{caller.Org}",
                $"organization {caller.Org} has",
                options.Value.MaxOrgSockets,
                options.Value.MaxOrgExecs
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

    private readonly record struct Count(int Sockets, int Execs)
    {
        public static Count operator +(Count a, Count b) => new(a.Sockets + b.Sockets, a.Execs + b.Execs);

        public static Count operator -(Count a) => new(-a.Sockets, -a.Execs);
    }

    private sealed record Holder(string Key, string Who, int MaxSockets, int MaxExecs)
    {
        public Exhausted? Refusal(Count wanted) =>
            wanted.Sockets > MaxSockets
                ? new("stream.limit", $"{Who} {MaxSockets} streams (logs, exec, run, proxy) open, which is the most")
                {
                    Suggestion = "end one first",
                }
            : wanted.Execs > MaxExecs
                ? new("exec.limit", $"{Who} {MaxExecs} exec, run or proxy sessions open, which is the most")
                {
                    Suggestion = "end one first",
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
