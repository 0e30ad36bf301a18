using System.Collections.Immutable;

namespace Palisade.Grains.Apps;

[GenerateSerializer, Immutable, Alias("palisade.rollout-report")]
public abstract record RolloutReport([property: Id(0)] string RolloutId)
{
    [GenerateSerializer, Immutable, Alias("palisade.rollout-report.succeeded")]
    public sealed record Succeeded(string RolloutId) : RolloutReport(RolloutId);

    [GenerateSerializer, Immutable, Alias("palisade.rollout-report.failed")]
    public sealed record Failed(string RolloutId, [property: Id(0)] string Code, [property: Id(1)] string Cause)
        : RolloutReport(RolloutId);

    [GenerateSerializer, Immutable, Alias("palisade.rollout-report.reverted")]
    public sealed record Reverted(string RolloutId) : RolloutReport(RolloutId);
}
