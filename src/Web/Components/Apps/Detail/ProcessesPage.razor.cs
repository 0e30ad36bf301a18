using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Racks;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>
/// The services and processes of an app. What scaling, restarting or stopping would do is asked for by the address
/// (<c>?scale=&amp;count=</c>, <c>?restart=</c>, <c>?stop=</c>) and shown before anything is done. What a plan began
/// from stays what it was when it was shown: it is refused when that is no longer so, and never another under the hand.
/// </summary>
public sealed partial class ProcessesPage : AppScreen
{
    private static readonly Operation[] ForList = [Operations.ProcessList, Operations.ServiceList];

    private ImmutableArray<ObservedProcess>? _processes;
    private ImmutableArray<ServiceRow>? _services;
    private ProcessPlan? _plan;
    private string? _missing;
    private string? _refusal;
    private bool _busy;

    [SupplyParameterFromQuery(Name = "scale")]
    private string? Scale { get; set; }

    [SupplyParameterFromQuery(Name = "count")]
    private string? Count { get; set; }

    [SupplyParameterFromQuery(Name = "cpu")]
    private string? Cpu { get; set; }

    [SupplyParameterFromQuery(Name = "memory")]
    private string? Memory { get; set; }

    [SupplyParameterFromQuery(Name = "restart")]
    private string? Restart { get; set; }

    [SupplyParameterFromQuery(Name = "stop")]
    private string? Stop { get; set; }

    [Inject]
    private ProcessReader Running { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private ProcessQuery Query =>
        new(Scale, Restart, Stop)
        {
            Count = QueryNumber.Of(Count),
            Cpu = QueryNumber.Of(Cpu),
            Memory = QueryNumber.Of(Memory),
        };

    protected override async Task ReadAsync(Caller caller, AppSummary app)
    {
        _processes = await Reader.ProcessesAsync(caller, app, Left);
        _services = await Running.ServicesAsync(caller, app, _processes, Left);
        _missing = await Missing.OfAsync(caller, app.Ref, ForList, Left);
        var plan = await Running.PlanAsync(caller, app, Query, _services ?? [], _processes ?? [], Left);
        if (_plan is null || plan is null || plan.From == _plan.From)
        {
            _plan = plan;
        }
    }

    private async Task ApplyAsync()
    {
        if (_busy || _plan is not { } plan || Summary is not { } app)
        {
            return;
        }

        _busy = true;
        _refusal = await DoAsync(caller => Actions.CarryOutAsync(caller, app, plan, Left));
        _busy = false;
        if (_refusal is null)
        {
            Navigation.NavigateTo($"{app.Path}/processes", forceLoad: true);
        }
        else
        {
            // They are told, and see what it would do now: that is their decision anew.
            _plan = null;
            await ReloadAsync();
        }
    }
}
