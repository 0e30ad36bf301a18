using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Web.Api;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Racks;

/// <summary>Reads what a person may see of racks. What may not be seen is left out.</summary>
internal sealed class RacksReader(
    Records records,
    IGate gate,
    IProviders providers,
    RackSights sights,
    IJournal journal,
    Bylines bylines
)
{
    /// <summary>Before a rack is registered little can be in its stream.</summary>
    private const int Early = 16;

    /// <summary>By the rack's id: it never changes.</summary>
    private readonly ConcurrentDictionary<string, Registration> _registered = new(StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public async Task<ImmutableArray<RackRow>> AllAsync(Caller caller, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<RackRow>();
        foreach (var rack in await records.RacksAsync(caller.Org!, cancellationToken))
        {
            if (await RowAsync(caller, rack, cancellationToken) is { } row)
            {
                rows.Add(row);
            }
        }

        rows.Sort(static (a, b) => string.CompareOrdinal(a.Rack.Name, b.Rack.Name));
        return rows.ToImmutable();
    }

    /// <summary>Null: it is not there, or not the reader's to see.</summary>
    public async Task<RackRow?> OneAsync(Caller caller, RackRef rack, CancellationToken cancellationToken) =>
        await records.RackAsync(rack, null, cancellationToken) is { } state
            ? await RowAsync(caller, state, cancellationToken)
            : null;

    private async Task<RackRow?> RowAsync(Caller caller, RackState rack, CancellationToken cancellationToken)
    {
        var resource = Resource.Of(rack.Ref);
        if (!await gate.AllowsAsync(caller, Operations.RackGet, resource, cancellationToken))
        {
            return null;
        }

        return new RackRow
        {
            Sight = await sights.OfAsync(rack, cancellationToken),
            Apps = await AppsAsync(caller, rack.Ref, cancellationToken),
            Processes =
                providers.Find(rack).TryGet(out var provider, out _)
                && await gate.AllowsAsync(caller, Operations.RackMetrics, resource, cancellationToken)
                    ? (await provider.InstancesAsync(rack, cancellationToken).OrNullAsync(cancellationToken))?.Sum(i =>
                        i.Processes
                    )
                    : null,
            Registered = await RegisteredAsync(rack, cancellationToken),
        };
    }

    private async Task<int> AppsAsync(Caller caller, RackRef rack, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var app in await records.AppsAsync(rack, cancellationToken))
        {
            if (await gate.AllowsAsync(caller, Operations.AppGet, Resource.Of(app.Ref), cancellationToken))
            {
                count++;
            }
        }

        return count;
    }

    private async Task<Registration?> RegisteredAsync(RackState rack, CancellationToken cancellationToken)
    {
        if (!_registered.TryGetValue(rack.Id, out var found))
        {
            var entry = await journal
                .ReadAsync(StreamId.Rack(rack.Ref), 0, cancellationToken)
                .Take(Early)
                .FirstOrDefaultAsync(e => e.Event is RackRegistered r && r.Id == rack.Id, cancellationToken);
            if (entry is not null)
            {
                _registered[rack.Id] = found = new Registration(entry.At, entry.Actor);
            }
        }

        return found is null ? null : found with { By = await bylines.OfAsync(found.By, cancellationToken) };
    }
}
