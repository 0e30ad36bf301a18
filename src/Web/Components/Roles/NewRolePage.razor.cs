using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Roles;

/// <summary>Makes a role, from nothing or from what another says.</summary>
public sealed partial class NewRolePage : RoleFormPage
{
    private static readonly Operation[] ForNew = [Operations.RoleCreate];
    private static readonly Operation[] ForClone = [Operations.RoleCreate, Operations.RoleList];

    private bool _begun;
    private bool _noSource;

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    private protected override async Task<MissingRight?> ReadRoleAsync(Caller caller)
    {
        var lacking = await Missing.OfAsync(caller, Resource.Org, From is null ? ForNew : ForClone, Left);
        if (lacking is null && !_begun)
        {
            _begun = true;
            var source = From is null ? null : await Reader.OneAsync(Org, From, Left);
            _noSource = From is not null && source is null;
            Begin(null, source is null ? RoleDraft.Empty : RoleDraft.Of("", source.Policies));
        }

        return lacking;
    }
}
