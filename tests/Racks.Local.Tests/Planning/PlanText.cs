using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning;

/// <summary>A plan as text, for comparing.</summary>
internal static class PlanText
{
    public static string Of(Plan plan) => string.Join('\n', plan.Steps.Select(Of));

    public static string Of(PlanStep step) =>
        step switch
        {
            StartProcess s =>
                $"start {s.Address}{(s.Existing is null ? "" : " existing")}{(s.Previous ? " previous" : "")}",
            RemoveProcess r => $"remove {r.ProcessId} drain {r.Drain}",
            SetRoute r =>
                $"route {r.Address} [{string.Join(' ', r.Processes.Select(p => p.Id).Order(StringComparer.Ordinal))}]{(r.KeepShape ? " keep" : "")}",
            RemoveRoute r => $"unroute {r.Address}",
            _ => $"network {step.Address}",
        };
}
