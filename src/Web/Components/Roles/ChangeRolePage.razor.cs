using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Roles;

/// <summary>Changes a role for everybody who has it.</summary>
public sealed partial class ChangeRolePage : RoleFormPage
{
    private static readonly Operation[] ForChange = [Operations.RoleList, Operations.RoleUpdate];

    private Role? _now;

    [Parameter]
    public string RoleId { get; set; } = "";

    private bool HasBegun => Basis is not null || IsGone;

    /// <summary>Somebody else has deleted it meanwhile; what is written can still become a new one.</summary>
    private bool IsGone { get; set; }

    private bool IsMoved => !Busy && _now is not null && Basis is not null && _now != Basis;

    private protected override async Task<MissingRight?> ReadRoleAsync(Caller caller)
    {
        var lacking = await Missing.OfAsync(caller, Resource.Org, ForChange, Left);
        _now = lacking is null ? await Reader.OneAsync(Org, RoleId, Left) : null;
        if (_now is { } now && !HasBegun)
        {
            Begin(now, RoleDraft.Of(now.Name, now.Policies));
        }
        else if (lacking is null && _now is null && Basis is not null)
        {
            IsGone = true;
            Begin(null, Draft);
        }

        return lacking;
    }

    private Task StartOverAsync()
    {
        Begin(_now, RoleDraft.Of(_now!.Name, _now.Policies));
        return ReloadAsync();
    }

    private Task KeepAsync()
    {
        Begin(_now, Draft);
        return ReloadAsync();
    }

    private async Task ChangeAsync()
    {
        if (Basis is not { } basis || Written is not { } role || !MaySave)
        {
            return;
        }

        var changed = await DoOnceAsync(async caller =>
        {
            var updated = await Organization.UpdateRoleAsync(caller, basis.Id, role.Name, role.Policies, basis, Left);
            if (updated.Ok)
            {
                Begin(basis with { Name = role.Name, Policies = role.Policies }, Draft);
            }

            return updated.Problem;
        });
        if (changed)
        {
            Navigation.NavigateTo(RoleRow.PathOf(Org, basis.Id), forceLoad: true);
        }
    }
}
