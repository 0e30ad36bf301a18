using System.Diagnostics;
using System.Diagnostics.Metrics;
using Palisade.Storage.Jobs;

namespace Palisade.Silo.Telemetry;

/// <summary>Spans and figures of jobs. A job's span is a child of the request's that enqueued it.</summary>
internal static class JobTelemetry
{
    public const string Name = "Palisade.Jobs";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly UpDownCounter<int> Running = Meter.CreateUpDownCounter<int>(
        "palisade.jobs.running",
        "{job}",
        "Attempts at jobs that this node runs"
    );
    private static readonly Histogram<double> Attempts = Meter.CreateHistogram<double>(
        "palisade.job.attempt.duration",
        "s",
        "What an attempt at a job took, by kind and end"
    );

    public static async Task<JobEnd> RunAsync(ClaimedJob job, Func<Task<JobEnd>> run)
    {
        var kind = job.Job.Kind;
        var cause = ActivityContext.TryParse(job.Job.Trace, null, out var parent) ? parent : default;
        using var span = Source.StartActivity($"job {kind}", ActivityKind.Consumer, cause);
        span?.SetTag("palisade.org", job.Job.Org);
        span?.SetTag("palisade.job.id", job.Job.Id);
        span?.SetTag("palisade.job.attempt", job.Attempt);
        span?.SetTag("palisade.job.stream", job.Job.Stream);
        var began = Stopwatch.GetTimestamp();
        Running.Add(1, new KeyValuePair<string, object?>("kind", kind));
        try
        {
            var end = await run();
            var name = end.GetType().Name.ToLowerInvariant();
            span?.SetTag("palisade.result", name);
            Attempts.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new("kind", kind), new("end", name));
            return end;
        }
        finally
        {
            Running.Add(-1, new KeyValuePair<string, object?>("kind", kind));
        }
    }
}
