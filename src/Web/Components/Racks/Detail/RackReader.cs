using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Racks;
using Palisade.Web.Api;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>Reads what is on one rack for its pages. What may not be seen is left out.</summary>
internal sealed class RackReader(Records records, IGate gate, PageRacks racks, IReleaseShapes shapes)
{
    /// <summary>For who may see them. Null: nobody can say.</summary>
    public async Task<ImmutableArray<RackInstance>?> InstancesAsync(
        Caller caller,
        RackRow row,
        CancellationToken cancellationToken
    ) =>
        await LiveAsync(caller, Operations.InstanceList, row, cancellationToken) is { } live
            ? await live.InstancesAsync(row.Rack, cancellationToken).OrNullAsync(cancellationToken)
            : null;

    /// <summary>
    /// Of the apps whose processes the reader may see, by app and service; null: the rack can't say what runs.
    /// </summary>
    public async Task<ImmutableArray<RackProcess>?> ProcessesAsync(
        Caller caller,
        RackRow row,
        CancellationToken cancellationToken
    ) =>
        await LiveAsync(caller, Operations.RackProcesses, row, cancellationToken) is { } live
            ? (await OnRackAsync(caller, live, row.Rack, cancellationToken))
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
            await LiveAsync(caller, Operations.RackProcesses, row, cancellationToken) is not { } live
            || await OnRackAsync(caller, live, row.Rack, cancellationToken) is not { } seen
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
                    : await shapes.ServicesAsync(app, app.Release, live.Features, cancellationToken);
            rows.AddRange(
                wanted.TryGet(out var services, out var problem)
                    ? DriftRow.Of(app, services, runs)
                    : [DriftRow.Unknown(app, problem)]
            );
        }

        return rows.ToImmutable();
    }

    /// <summary>The rack for an operation that the reader may do. Null: it does not answer.</summary>
    private async Task<ILiveRack?> LiveAsync(
        Caller caller,
        Operation operation,
        RackRow row,
        CancellationToken cancellationToken
    )
    {
        var found = await racks.LiveAsync(caller, operation, Resource.Of(row.Rack.Ref), row.Rack, cancellationToken);
        return found.TryGet(out var live, out _) ? live : null;
    }

    /// <summary>
    /// All looked at together: a rack answers many who ask at once with one look. Null: it does not answer.
    /// </summary>
    private async Task<ImmutableArray<(AppView App, ImmutableArray<RackProcess> Processes)>?> OnRackAsync(
        Caller caller,
        ILiveRack live,
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
                seen.Add(OfAppAsync(live, app, cancellationToken));
            }
        }

        return await AllAsync().OrNullAsync(cancellationToken);

        async Task<ImmutableArray<(AppView App, ImmutableArray<RackProcess> Processes)>> AllAsync() =>
            [.. await Task.WhenAll(seen)];
    }

    private static async Task<(AppView App, ImmutableArray<RackProcess> Processes)> OfAppAsync(
        ILiveRack live,
        AppView app,
        CancellationToken cancellationToken
    ) =>
        (
            app,
            [
                .. (await live.ProcessesAsync(app.Ref, app.Id, cancellationToken)).Select(p => new RackProcess(
                    app.Ref,
                    p
                )),
            ]
        );
}
