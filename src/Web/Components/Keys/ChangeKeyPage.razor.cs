using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Keys;

/// <summary>Changes what a deploy key may do; it counts for its next request.</summary>
public sealed partial class ChangeKeyPage : KeyFormPage
{
    private static readonly Operation[] ForChange = [Operations.KeyUpdate];

    private KeyRow? _row;
    private DeployKeySpec? _basis;
    private bool _moved;

    [Parameter]
    public string KeyId { get; set; } = "";

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override IEnumerable<string> Topics => [.. base.Topics, $"key/{Org}/{KeyId}"];

    private protected override async ValueTask<MissingRight?> ReadKeyAsync(Caller caller)
    {
        _row = await Keys.OneAsync(caller, KeyId, Left);
        if (_row is { } row && _basis is null)
        {
            (_basis, Draft) = (row.Key.Spec, KeyDraft.Of(row.Key.Spec));
        }

        _moved = _row is { } now && now.Key.Spec != _basis;
        return _row is null ? null : await Missing.OfAsync(caller, Resource.Item(_row.Key.Spec.Name), ForChange, Left);
    }

    private Task StartOverAsync()
    {
        _basis = null;
        return ReloadAsync();
    }

    private async Task ChangeAsync()
    {
        var changed = await SaveAsync(
            async (caller, spec) =>
            {
                var updated = await KeyOf(KeyId).UpdateAsync(caller, spec, _basis, Left);
                _basis = updated.Ok ? updated.Value.Spec : _basis;
                return updated.Problem;
            }
        );
        if (changed)
        {
            Navigation.NavigateTo($"/o/{Org}/keys/{KeyId}", forceLoad: true);
        }
    }
}
