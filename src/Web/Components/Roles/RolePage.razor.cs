using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs.Text;
using Palisade.Grains.Orgs;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Roles;

/// <summary>One role: what it says, as matrix or as text, and who has it.</summary>
public sealed partial class RolePage : ProvenPage
{
    private static readonly Operation[] ForList = [Operations.RoleList];
    private static readonly Operation[] ForNew = [Operations.RoleCreate];
    private static readonly Operation[] ForChange = [Operations.RoleUpdate];
    private static readonly Operation[] ForDelete = [Operations.RoleDelete];

    private Role? _role;
    private string _text = "";
    private RoleHolders _holders = RoleHolders.Unseen;
    private MissingRight? _mayNotList;
    private MissingRight? _mayNotMake;
    private MissingRight? _mayNotChange;
    private MissingRight? _mayNotDelete;
    private string _typed = "";

    [Parameter]
    public string RoleId { get; set; } = "";

    [SupplyParameterFromQuery(Name = "as")]
    private string? As { get; set; }

    [Inject]
    private RolesReader Reader { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private bool AsText => As == "text";

    protected override IEnumerable<string> Topics => [$"org/{Org}", $"key/{Org}/", $"keys/{Org}"];

    private protected override async Task ReadOfAsync(Caller caller)
    {
        _mayNotList = await Missing.OfAsync(caller, Resource.Org, ForList, Left);
        _role = _mayNotList is null ? await Reader.OneAsync(Org, RoleId, Left) : null;
        if (_role is not { } role)
        {
            return;
        }

        _text = AccessWriter.Write(role);
        _holders = await Reader.HoldersAsync(caller, role.Id, Left);
        _mayNotMake = await Missing.OfAsync(caller, Resource.Org, ForNew, Left);
        _mayNotChange = await Missing.OfAsync(caller, Resource.Org, ForChange, Left);
        _mayNotDelete = await Missing.OfAsync(caller, Resource.Org, ForDelete, Left);
    }

    private async Task DeleteAsync()
    {
        if (
            _typed == _role?.Name
            && await DoOnceAsync(async caller =>
                (await Grains.GetGrain<IOrgGrain>(Org).DeleteRoleAsync(caller, RoleId, Left)).Problem
            )
        )
        {
            Navigation.NavigateTo($"/o/{Org}/roles", forceLoad: true);
        }
    }
}
