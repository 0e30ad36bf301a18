using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage.Logs;
using Palisade.Web.Nodes;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>
/// Racks as seen through their providers. What a rack says of its health is kept for two seconds: the client asks
/// before nearly every command.
/// </summary>
/// <param name="providers">Of this node.</param>
/// <param name="logs">Of this node.</param>
/// <param name="nodes">The way to others; null where there are none.</param>
internal sealed class RackView(IProviders providers, ILogStore logs, TimeProvider time, NodeClient? nodes = null)
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(2);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (long At, RackHealth Health)> _known =
        new(StringComparer.Ordinal);

    /// <summary>
    /// The rack for what was decided of the request. Problems: <c>rack.starting</c>, <c>rack.unreachable</c>,
    /// <c>rack.provider_unknown</c>.
    /// </summary>
    public Task<Result<ILiveRack>> LiveAsync(WireRequest request, RackState rack) =>
        LiveAsync(request.Rights, rack, request.Aborted);

    /// <summary>The same for what was decided of anything.</summary>
    public async Task<Result<ILiveRack>> LiveAsync(
        WatchedRights rights,
        RackState rack,
        CancellationToken cancellationToken
    ) =>
        providers.IsElsewhere(rack) && nodes is not null
            ? (await RelayAsync(nodes, rights, rack, cancellationToken)).Map(static ILiveRack (relayed) => relayed)
            : providers.Find(rack).Map(static ILiveRack (provider) => provider);

    /// <summary>Logs are kept on the rack's machine. Problems: as of <see cref="LiveAsync"/>.</summary>
    public Task<Result<ILogReader>> LogsAsync(WireRequest request, RackState rack) =>
        LogsAsync(request.Rights, rack, request.Aborted);

    /// <summary>The same for what was decided of anything.</summary>
    public async Task<Result<ILogReader>> LogsAsync(
        WatchedRights rights,
        RackState rack,
        CancellationToken cancellationToken
    ) =>
        providers.IsElsewhere(rack) && nodes is not null
            ? (await RelayAsync(nodes, rights, rack, cancellationToken)).Map(static ILogReader (relayed) => relayed)
            : providers.FindAny(rack).Map(ILogReader (_) => logs);

    /// <summary>Every parameter with its value in force.</summary>
    public ImmutableSortedDictionary<string, string> Parameters(RackState rack) =>
        RackParameters.Effective(rack, providers.CeilingsOf(rack));

    /// <summary>Never a problem: a rack that can't be asked is not healthy, and the reason says so.</summary>
    public async Task<RackHealth> HealthAsync(WireRequest request, RackState rack)
    {
        if (_known.TryGetValue(rack.Id, out var known) && time.GetElapsedTime(known.At) < Keep)
        {
            return known.Health;
        }

        var health = await ObserveAsync(request, rack);
        _known[rack.Id] = (time.GetTimestamp(), health);
        return health;
    }

    private async Task<RackHealth> ObserveAsync(WireRequest request, RackState rack)
    {
        try
        {
            return (await LiveAsync(request, rack)).TryGet(out var live, out var problem)
                ? await live.ObserveRackAsync(rack, request.Aborted)
                : new RackHealth(false, problem.Message, "");
        }
        catch (Exception e) when (RackFaults.Of(e) is { } fault)
        {
            return new RackHealth(false, fault.Message, "");
        }
    }

    private async Task<Result<RelayedRack>> RelayAsync(
        NodeClient client,
        WatchedRights rights,
        RackState rack,
        CancellationToken cancellationToken
    ) =>
        (await client.FindAsync(rack, cancellationToken)).TryGet(out var node, out var problem)
        && providers.FeaturesOf(rack).TryGet(out var features, out problem)
            ? new RelayedRack(client, node, rights, rack.Ref, features)
            : Result.Fail<RelayedRack>(problem);
}
