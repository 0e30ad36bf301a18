using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Racks;

namespace Palisade.Web.Api;

/// <summary>
/// Racks as seen through their providers. What a rack says of its health is kept for two seconds: the client asks
/// before nearly every command.
/// </summary>
internal sealed class RackView(IProviders providers, TimeProvider time)
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(2);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (long At, RackHealth Health)> _known =
        new(StringComparer.Ordinal);

    public Result<IRackProvider> Provider(RackState rack) => providers.Find(rack);

    /// <summary>Logs are kept on the rack's machine: another one has none, and a reader would wait for ever.</summary>
    public Result<Done> KeepsLogs(RackState rack) => providers.FindAny(rack).Map(static _ => new Done());

    /// <summary>Every parameter with its value in force.</summary>
    public ImmutableSortedDictionary<string, string> Parameters(RackState rack) =>
        RackParameters.Effective(rack, providers.CeilingsOf(rack));

    /// <summary>Never a problem: a rack that can't be asked is not healthy, and the reason says so.</summary>
    public async Task<RackHealth> HealthAsync(RackState rack, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(rack.Id, out var known) && time.GetElapsedTime(known.At) < Keep)
        {
            return known.Health;
        }

        var health = await ObserveAsync(rack, cancellationToken);
        _known[rack.Id] = (time.GetTimestamp(), health);
        return health;
    }

    private async Task<RackHealth> ObserveAsync(RackState rack, CancellationToken cancellationToken)
    {
        if (!providers.Find(rack).TryGet(out var provider, out var problem))
        {
            return new RackHealth(false, problem.Message, "");
        }

        try
        {
            return await provider.ObserveRackAsync(rack, cancellationToken);
        }
        catch (Exception e) when (RackFaults.Is(e))
        {
            return new RackHealth(false, RackFaults.Problem.Message, "");
        }
    }
}
