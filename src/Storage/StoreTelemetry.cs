using System.Diagnostics;
using System.Diagnostics.Metrics;
using Palisade.Storage.Journal;

namespace Palisade.Storage;

/// <summary>Spans and figures of a store, whatever its database. Costs nothing while nobody listens.</summary>
public static class StoreTelemetry
{
    public const string Name = "Palisade.Storage";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Appends = Meter.CreateHistogram<double>(
        "palisade.journal.append.duration",
        "s",
        "From the call of an append until it is durable or refused"
    );
    private static readonly Histogram<int> Groups = Meter.CreateHistogram<int>(
        "palisade.journal.group.size",
        "{write}",
        "Writes that one commit made durable"
    );

    /// <summary>What a job that is enqueued now goes on with.</summary>
    internal static string? Trace => Activity.Current is { Recorded: true } current ? current.Id : null;

    internal static AppendTiming Begin(Append append)
    {
        var span = Source.StartActivity("journal.append");
        span?.SetTag("palisade.org", append.Org);
        span?.SetTag("palisade.entries", append.Writes.Sum(write => write.Entries.Length));
        return new(span, Appends.Enabled ? Stopwatch.GetTimestamp() : 0);
    }

    internal static void Committed(int writes) => Groups.Record(writes);

    /// <summary>The span and time of one append.</summary>
    internal readonly struct AppendTiming(Activity? span, long began) : IDisposable
    {
        public AppendResult End(AppendResult result)
        {
            if (span is null && began == 0)
            {
                return result;
            }

            var name = result switch
            {
                Appended => "appended",
                AlreadyDone => "already_done",
                HeadMoved => "head_moved",
                LimitReached => "limit_reached",
                _ => "fenced",
            };
            span?.SetTag("palisade.result", name);
            if (began != 0)
            {
                Appends.Record(
                    Stopwatch.GetElapsedTime(began).TotalSeconds,
                    new KeyValuePair<string, object?>("result", name)
                );
            }

            return result;
        }

        public void Dispose() => span?.Dispose();
    }
}
