using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>Reads what is on one rack for its pages. What may not be seen is left out.</summary>
internal sealed class RackReader(Records records, IGate gate, IProviders providers, IReleaseShapes shapes)
{
    /// <summary>Null: nobody can say.</summary>
    public async Task<ImmutableArray<RackInstance>?> InstancesAsync(RackRow row, CancellationToken cancellationToken) =>
        providers.Find(row.Rack).TryGet(out var provider, out _)
            ? await provider.InstancesAsync(row.Rack, cancellationToken).OrNullAsync(cancellationToken)
            : null;

    /// <summary>
    /// Of the apps whose processes the reader may see, by app and service; null: the rack can't say what runs.
    /// </summary>
    public async Task<ImmutableArray<RackProcess>?> ProcessesAsync(
        Caller caller,
        RackRow row,
        CancellationToken cancellationToken
    ) =>
        providers.Find(row.Rack).TryGet(out var provider, out _)
            ? (await OnRackAsync(caller, provider, row.Rack, cancellationToken))
                ?.SelectMany(a => a.Processes)
                .ToImmutableArray()
            : null;

    /// <summary>What each of these apps should run beside what it does; null: the rack can't say what runs.</summary>
    public async Task<ImmutableArray<DriftRow>?> DriftAsync(
        Caller caller,
        RackRow row,
        CancellationToken cancellationToken
    )
    {
        if (
            !providers.Find(row.Rack).TryGet(out var provider, out _)
            || await OnRackAsync(caller, provider, row.Rack, cancellationToken) is not { } seen
        )
        {
            return null;
        }

        var rows = ImmutableArray.CreateBuilder<DriftRow>();
        foreach (var (app, processes) in seen)
        {
            var runs = processes.Select(p => p.Process).Where(p => !p.OneOff).ToImmutableArray();
            var wanted =
                app.Release.Length == 0
                    ? ImmutableArray<DesiredService>.Empty
                    : await shapes.ServicesAsync(app, app.Release, provider.Features, cancellationToken);
            rows.AddRange(
                wanted.TryGet(out var services, out var problem)
                    ? DriftRow.Of(app, services, runs)
                    : [DriftRow.Unknown(app, problem)]
            );
        }

        return rows.ToImmutable();
    }

    /// <summary>
    /// All looked at together: a rack answers many who ask at once with one look. Null: it does not answer.
    /// </summary>
    private async Task<ImmutableArray<(AppView App, ImmutableArray<RackProcess> Processes)>?> OnRackAsync(
        Caller caller,
        IRackProvider provider,
        RackState rack,
        CancellationToken cancellationToken
    )
    {
        var seen = new List<Task<(AppView, ImmutableArray<RackProcess>)>>();
        foreach (var app in await records.AppsAsync(rack.Ref, cancellationToken))
        {
            var resource = Resource.Of(app.Ref);
            if (await gate.AllowsAsync(caller, Operations.ProcessList, resource, cancellationToken))
            {
                seen.Add(OfAppAsync(provider, app, cancellationToken));
            }
        }

        return await AllAsync().OrNullAsync(cancellationToken);

        async Task<ImmutableArray<(AppView App, ImmutableArray<RackProcess> Processes)>> AllAsync() =>
            [.. await Task.WhenAll(seen)];
    }

    private static async Task<(AppView App, ImmutableArray<RackProcess> Processes)> OfAppAsync(
        IRackProvider provider,
        AppView app,
        CancellationToken cancellationToken
    ) =>
        (
            app,
            [
                .. (await provider.ProcessesAsync(app.Ref, app.Id, cancellationToken)).Select(p => new RackProcess(
                    app.Ref,
                    p
                )),
            ]
        );
}
