using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Api;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>
/// An app's releases; with <c>?promote=</c> or <c>?rollback=</c> what that would do, and the button that does it; with
/// <c>?from=&amp;to=</c> what differs between two. What a plan began from stays what it was when it was shown: it is
/// refused when that is no longer so, and never another under the hand.
/// </summary>
public sealed partial class ReleasesPage : AppScreen
{
    private static readonly Operation[] ForList = [Operations.ReleaseList];

    private const int First = 50;
    private const int Most = Records.MaxListed;

    private ImmutableArray<ReleaseRow>? _rows;
    private ReleasePlan? _plan;
    private ReleaseDiff? _diff;
    private string? _missing;
    private string? _refusal;
    private bool _busy;

    [SupplyParameterFromQuery(Name = "count")]
    private string? Asked { get; set; }

    [SupplyParameterFromQuery(Name = "promote")]
    private string? Promote { get; set; }

    [SupplyParameterFromQuery(Name = "rollback")]
    private string? Rollback { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? To { get; set; }

    [Inject]
    private ReleaseReader Releases { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private int Count => Math.Clamp(QueryNumber.Of(Asked) ?? First, 1, Most);

    /// <summary>The address asks for something about certain releases.</summary>
    private bool IsAsked => (Promote ?? Rollback ?? From ?? To) is not null;

    protected override async Task ReadAsync(Caller caller, AppSummary app)
    {
        _rows = await Releases.ListAsync(caller, app, Count, Left);
        _missing = _rows is null ? await Missing.OfAsync(caller, app.Ref, ForList, Left) : null;
        var plan = (Promote ?? Rollback) is { } release
            ? await Releases.PlanAsync(caller, app, release, Promote is null, Left)
            : null;
        if (_plan is null || plan is null || plan.From == _plan.From)
        {
            _plan = plan;
        }

        _diff = (From, To) is ({ } from, { } to) ? await Releases.DiffAsync(caller, app, from, to, Left) : null;
    }

    private async Task ApplyAsync()
    {
        if (_busy || _plan is not { } plan || Summary is not { } app)
        {
            return;
        }

        _busy = true;
        _refusal = await DoAsync(caller => Actions.PromoteAsync(caller, plan, Left));
        _busy = false;
        if (_refusal is null)
        {
            Navigation.NavigateTo(app.Path, forceLoad: true);
        }
        else
        {
            // They are told, and see what it would do now: that is their decision anew.
            _plan = null;
            await ReloadAsync();
        }
    }
}
