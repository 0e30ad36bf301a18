using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>Reads what runs of an app, and plans what is asked about it. What may not be seen is left out.</summary>
internal sealed class ProcessReader(IGate gate, IProviders providers, IReleaseShapes shapes, MissingRights missing)
{
    public static readonly Operation[] ForScale = [Operations.ServiceScale];
    public static readonly Operation[] ForRestart = [Operations.ServiceRestart];
    public static readonly Operation[] ForStop = [Operations.ProcessStop];

    /// <summary>Of the release that runs, in the manifest's order; null when they may not be seen or told.</summary>
    public async Task<ImmutableArray<ServiceRow>?> ServicesAsync(
        Caller caller,
        AppSummary app,
        ImmutableArray<ObservedProcess>? processes,
        CancellationToken cancellationToken
    )
    {
        var view = app.Row.App;
        if (
            !await gate.AllowsAsync(caller, Operations.ServiceList, Resource.Of(app.Ref), cancellationToken)
            || !providers.FeaturesOf(app.Rack).TryGet(out var features, out _)
        )
        {
            return null;
        }

        if (view.Release.Length == 0)
        {
            return [];
        }

        var loaded = await shapes.ServicesAsync(view, view.Release, features, cancellationToken);
        return loaded.TryGet(out var services, out _)
            ? services
                .Select(s => new ServiceRow(
                    s,
                    processes?.Where(p => !p.OneOff && p.Service == s.Name).ToImmutableArray()
                ))
                .ToImmutableArray()
            : null;
    }

    /// <summary>
    /// What the asked change would do; null when nothing is asked for or there is no such service or process.
    /// </summary>
    public async Task<ProcessPlan?> PlanAsync(
        Caller caller,
        AppSummary app,
        ProcessQuery query,
        ImmutableArray<ServiceRow> services,
        ImmutableArray<ObservedProcess> processes,
        CancellationToken cancellationToken
    )
    {
        var from = app.Row.App.Current;
        if (query.Stop is { } id && processes.FirstOrDefault(p => p.Id == id) is { } process)
        {
            var wanted = services.FirstOrDefault(s => s.Name == process.Service)?.Size.Count ?? 0;
            return new ProcessPlan.Stop(app.Ref, from, await LackedAsync(ForStop), process, wanted);
        }

        if (
            query.Restart is { } name
            && services.Where(s => query.RestartsAll || s.Name == name).ToImmutableArray()
                is { IsEmpty: false } restarted
        )
        {
            return new ProcessPlan.Restart(app.Ref, from, await LackedAsync(ForRestart), restarted, query.RestartsAll);
        }

        return query.Scale is { } scaled && services.FirstOrDefault(s => s.Name == scaled) is { } service
            ? Scaling(app, await LackedAsync(ForScale), service, query, services)
            : null;

        ValueTask<MissingRight?> LackedAsync(Operation[] operations) =>
            missing.OfAsync(caller, app.Ref, operations, cancellationToken);
    }

    private ProcessPlan.Scale Scaling(
        AppSummary app,
        MissingRight? lacked,
        ServiceRow service,
        ProcessQuery query,
        ImmutableArray<ServiceRow> services
    )
    {
        var plan = new ProcessPlan.Scale(app.Ref, app.Row.App.Current, lacked)
        {
            Service = service.Name,
            Now = service.Size,
            To = query.SizeFrom(service.Size),
        };
        var asked = services
            .Select(s => s.Name == service.Name ? plan.To : s.Size)
            .Aggregate(default(MachineShare), (sum, size) => sum.Plus(new(size.AllMemory, size.AllCpu)));
        return plan with
        {
            Refusal =
                plan.IsNothing ? null
                : app.Row.App.Status != AppStatus.Running ? AppProblems.Updating(app.Ref.App)
                : AppRollouts.OutOfBounds(plan.Change)
                    ?? (
                        providers.Find(app.Rack).TryGet(out var rack, out _)
                            ? rack.Fits(app.Ref, app.Row.App.Id, asked).Problem
                            : null
                    ),
        };
    }
}
