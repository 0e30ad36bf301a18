using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Racks;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>What runs of an app, and what is being done about it.</summary>
public sealed partial class OverviewPage : AppScreen
{
    private static readonly Operation[] ForCancel = [Operations.AppCancel];
    private static readonly Operation[] ForSteps = [Operations.JobGet];

    private ImmutableArray<ObservedProcess>? _processes;
    private MissingRight? _missing;
    private string? _refusal;
    private bool _maySeeSteps;
    private bool _busy;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    private int Ready =>
        _processes?.Count(p =>
            p is { OneOff: false, Status: ProcessStatus.Running }
            && p.Release == Summary?.Row.App.Rollout?.Target.Release
        ) ?? 0;

    private int Wanted =>
        Math.Max(
            Summary?.Row.Desired ?? 0,
            _processes?.Count(p => !p.OneOff && p.Release == Summary?.Row.App.Rollout?.Target.Release) ?? 0
        );

    protected override async Task ReadAsync(Caller caller, AppSummary app)
    {
        _processes = await Reader.ProcessesAsync(caller, app, Left);
        _missing = await Missing.OfAsync(caller, app.Ref, ForCancel, Left);
        _maySeeSteps = await Missing.OfAsync(caller, app.Ref, ForSteps, Left) is null;
    }

    /// <summary>The page of the job that carries out a change.</summary>
    private string StepsOf(string rolloutId) => $"/o/{Org}/jobs/{ConvergeJob.IdOf(rolloutId)}";

    private async Task CancelAsync()
    {
        if (_busy || Summary is not { Row.App.Rollout: { } rollout } app)
        {
            return;
        }

        _busy = true;
        _refusal = await DoAsync(caller => Actions.CancelAsync(caller, app.Ref, rollout.Id, Left));
        _busy = false;
    }
}
