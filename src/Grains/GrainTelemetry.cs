using System.Diagnostics;
using System.Diagnostics.Metrics;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Grains;

/// <summary>
/// Spans and figures of what is decided and carried out. Names of apps and people go into spans only: a figure has few
/// series.
/// </summary>
public static class GrainTelemetry
{
    public const string Name = "Palisade.Grains";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Decisions = Meter.CreateCounter<long>(
        "palisade.access.decisions",
        "{decision}",
        "Access decisions by operation and verdict"
    );
    private static readonly Histogram<double> Steps = Meter.CreateHistogram<double>(
        "palisade.rack.step.duration",
        "s",
        "What a step of a rack's plan took, by resource, change and result"
    );

    internal static void Decided(Operation operation, bool allowed)
    {
        if (Decisions.Enabled)
        {
            Decisions.Add(1, new("operation", operation.Name), new("verdict", allowed ? "allow" : "deny"));
        }
    }

    internal static async Task<Result<Done>> StepAsync(AppRef app, PlanStep step, Func<Task<Result<Done>>> apply)
    {
        var change = step.Change.ToString().ToLowerInvariant();
        using var span = Source.StartActivity($"rack.step {change} {step.Resource}");
        span?.SetTag("palisade.app", app.ToString());
        span?.SetTag("palisade.step.address", step.Address);
        var began = Stopwatch.GetTimestamp();
        var result = await apply();
        var name = result.Ok ? "ok" : result.Problem.Code;
        span?.SetTag("palisade.result", name);
        Steps.Record(
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            new("resource", step.Resource),
            new("change", change),
            new("result", name)
        );
        return result;
    }
}
