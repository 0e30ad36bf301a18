using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>
/// Who made an app, its lock, and its end: the name is typed, what goes is told, and a code is asked for where the
/// second factor was not proven lately (console.md 12).
/// </summary>
public sealed partial class SettingsPage : AppScreen
{
    private static readonly Operation[] ForLock = [Operations.AppUpdate];
    private static readonly Operation[] ForDelete = [Operations.AppDelete];

    private AppFacts? _facts;
    private MissingRight? _mayNotLock;
    private MissingRight? _mayNotDelete;
    private string? _lockRefusal;
    private string? _refusal;
    private string _typed = "";
    private string _code = "";
    private bool _needsCode;
    private bool _busy;

    [Inject]
    private AppFactsReader Facts { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task ReadAsync(Caller caller, AppSummary app)
    {
        _facts = await Facts.ReadAsync(caller, app, Left);
        _mayNotLock = await Missing.OfAsync(caller, app.Ref, ForLock, Left);
        _mayNotDelete = await Missing.OfAsync(caller, app.Ref, ForDelete, Left);
        _needsCode = StepUp.IsDue(caller.HasSecondFactor, caller.SecondFactorAt, Time.GetUtcNow());
    }

    private async Task LockAsync()
    {
        if (_busy || Summary is not { } app)
        {
            return;
        }

        _busy = true;
        _lockRefusal = await DoAsync(caller => Actions.LockAsync(caller, app.Ref, !app.Row.App.Locked, Left));
        _busy = false;
    }

    private async Task DeleteAsync()
    {
        if (_busy || Summary is not { } app || _typed != app.Row.App.Name)
        {
            return;
        }

        _busy = true;
        _refusal = await DoProvenAsync(_needsCode ? _code : null, caller => Actions.DeleteAsync(caller, app.Ref, Left));
        (_busy, _code) = (false, "");
        if (_refusal is null)
        {
            Navigation.NavigateTo($"/o/{Org}/apps", forceLoad: true);
        }
        else
        {
            await ReloadAsync();
        }
    }
}
