using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Users;

/// <summary>One member: what they may do, their roles, and their end.</summary>
public sealed partial class UserPage : GrantsPage
{
    private static readonly Operation[] ForList = [Operations.MemberList];
    private static readonly Operation[] ForRoles = [Operations.MemberRolesSet];
    private static readonly Operation[] ForRemove = [Operations.MemberRemove];
    private static readonly Operation[] ForKeys = [Operations.MemberCredentials];
    private static readonly Operation[] ForExplain = [Operations.AccessExplain];
    private static readonly Operation[] ForAudit = [Operations.AuditRead];

    private MemberRow? _row;
    private Rights _may = Rights.None;
    private ImmutableArray<KnownKey> _known = [];
    private ImmutableArray<RoleGrant>? _basis;
    private MissingRight? _mayNotList;
    private MissingRight? _mayNotSet;
    private MissingRight? _mayNotRemove;
    private MissingRight? _mayNotAudit;
    private MissingRight? _mayNotExplain;
    private string _typed = "";
    private bool _moved;

    [Parameter]
    public string UserId { get; set; } = "";

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override bool MayBeNone => true;

    protected override IEnumerable<string> Topics => [.. base.Topics, $"key/{Org}/"];

    private protected override async Task ReadGrantsAsync(Caller caller)
    {
        _mayNotList = await Missing.OfAsync(caller, Resource.Org, ForList, Left);
        _row = _mayNotList is null ? await Users.OneAsync(caller, UserId, Left) : null;
        if (_row is not { } row)
        {
            return;
        }

        _mayNotSet = await Missing.OfAsync(caller, Resource.Org, ForRoles, Left);
        _mayNotRemove = await Missing.OfAsync(caller, Resource.Org, ForRemove, Left);
        _mayNotAudit = await Missing.OfAsync(caller, Resource.Org, ForAudit, Left);
        _known = await Missing.OfAsync(caller, Resource.Org, ForKeys, Left) is null
            ? await Users.KnownKeysAsync(Org, UserId, Left)
            : [];
        _mayNotExplain =
            caller.Principal.Id == UserId ? null : await Missing.OfAsync(caller, Resource.Org, ForExplain, Left);
        _may = _mayNotExplain is null ? await Users.ReachAsync(caller, UserId, Left) : Rights.None;
        if (_basis is null)
        {
            (_basis, Grants) = (row.Member.Roles, [.. row.Member.Roles.Select(GrantDraft.Of)]);
        }

        _moved = !row.Member.Roles.SequenceEqual(_basis.Value);
    }

    private Task StartOverAsync()
    {
        _basis = null;
        return ReloadAsync();
    }

    private Task SetRolesAsync() =>
        DoOnceAsync(async caller =>
        {
            var roles = ToGrants();
            var problem = (await Organization.SetMemberRolesAsync(caller, UserId, roles, _basis, Left)).Problem;
            _basis = problem is null ? roles : _basis;
            return problem;
        });

    private async Task RemoveAsync()
    {
        if (
            _typed == _row?.Email
            && await DoOnceAsync(async caller => (await Organization.RemoveMemberAsync(caller, UserId, Left)).Problem)
        )
        {
            Navigation.NavigateTo($"/o/{Org}/users", forceLoad: true);
        }
    }
}
