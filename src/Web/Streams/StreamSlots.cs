using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Web.Hosting;

namespace Palisade.Web.Streams;

/// <summary>Open streams per principal (S08).</summary>
internal sealed class StreamSlots(IOptions<WebOptions> options)
{
    private readonly ConcurrentDictionary<string, Count> _counts = new(StringComparer.Ordinal);

    /// <summary>Takes a place until it is disposed. Problems: <c>stream.limit</c>, <c>exec.limit</c>.</summary>
    public Result<IDisposable> Take(Principal principal, StreamKind kind)
    {
        var count = _counts.GetOrAdd(principal.Id, static _ => new Count());
        lock (count)
        {
            if (count.Sockets >= options.Value.MaxSockets)
            {
                return new Exhausted("stream.limit", $"{count.Sockets} streams are open already")
                {
                    Suggestion = "end one first",
                };
            }

            if (kind != StreamKind.Log && count.Execs >= options.Value.MaxExecs)
            {
                return new Exhausted("exec.limit", $"{count.Execs} exec, run or proxy sessions are open already")
                {
                    Suggestion = "end one first",
                };
            }

            count.Sockets++;
            count.Execs += kind == StreamKind.Log ? 0 : 1;
            return new Slot(count, kind);
        }
    }

    private sealed class Count
    {
        public int Sockets { get; set; }

        public int Execs { get; set; }
    }

    private sealed class Slot(Count count, StreamKind kind) : IDisposable
    {
        private Count? _count = count;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _count, null) is not { } held)
            {
                return;
            }

            lock (held)
            {
                held.Sockets--;
                held.Execs -= kind == StreamKind.Log ? 0 : 1;
            }
        }
    }
}
