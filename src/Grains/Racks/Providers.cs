using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;
using Palisade.Racks;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Racks;

/// <inheritdoc cref="IProviders"/>
public sealed class Providers(IEnumerable<IRackProvider> providers, NodeIdentity node) : IProviders
{
    /// <summary>
    /// How a job that could not reach its rack goes on: a rack that is just starting is ready in a moment.
    /// </summary>
    internal static JobEnd TryAgain(Problem problem) =>
        new JobEnd.Retry(
            problem.Text,
            problem.Code == "rack.starting" ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5)
        );

    public Result<IRackProvider> Find(RackState rack) =>
        FindAny(rack)
            .Then(provider =>
                provider.IsReady(rack.Ref)
                    ? Result.Of(provider)
                    : new Unavailable("rack.starting", $"rack {rack.Ref} is not ready yet")
                    {
                        Suggestion = "try again in a moment",
                    }
            );

    public Result<IRackProvider> FindAny(RackState rack)
    {
        ArgumentNullException.ThrowIfNull(rack);
        return IsElsewhere(rack)
            ? new Unavailable("rack.unreachable", $"the machine of rack {rack.Ref} is not this one")
            : OfKind(rack);
    }

    public bool IsElsewhere(RackState rack)
    {
        ArgumentNullException.ThrowIfNull(rack);
        return rack.Capability is { } needed && !node.Capabilities.Contains(needed);
    }

    public Result<RackFeatures> FeaturesOf(RackState rack) =>
        (IsElsewhere(rack) ? OfKind(rack) : Find(rack)).Map(static provider => provider.Features);

    private Result<IRackProvider> OfKind(RackState rack) =>
        providers.FirstOrDefault(p => p.Kind == rack.Provider) is { } provider
            ? Result.Of(provider)
            : new Unavailable("rack.provider_unknown", $"this installation has no provider for {rack.Provider} racks");
}
