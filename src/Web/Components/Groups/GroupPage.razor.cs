using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Users;

namespace Palisade.Web.Components.Groups;

/// <summary>One group: who is in it, what it has, and its end.</summary>
public sealed partial class GroupPage : GrantsPage
{
    /// <summary>More members are counted, not drawn.</summary>
    private const int Most = 100;

    private const int MostFound = 10;

    private static readonly Operation[] ForList = [Operations.GroupList];
    private static readonly Operation[] ForMembers = [Operations.MemberList];
    private static readonly Operation[] ForPutIn = [Operations.GroupMemberAdd];
    private static readonly Operation[] ForTakeOut = [Operations.GroupMemberRemove];
    private static readonly Operation[] ForRoles = [Operations.GroupRolesSet];
    private static readonly Operation[] ForRename = [Operations.GroupUpdate];
    private static readonly Operation[] ForDelete = [Operations.GroupDelete];

    private GroupRow? _row;
    private ImmutableArray<MemberRow> _members = [];
    private ImmutableArray<MemberRow> _found = [];
    private ImmutableArray<RoleGrant>? _basis;
    private MissingRight? _mayNotList;
    private MissingRight? _mayNotListMembers;
    private MissingRight? _mayNotPutIn;
    private MissingRight? _mayNotTakeOut;
    private MissingRight? _mayNotSet;
    private MissingRight? _mayNotRename;
    private MissingRight? _mayNotDelete;
    private string _who = "";
    private string _name = "";
    private string _typed = "";
    private bool _moved;

    [Parameter]
    public string GroupId { get; set; } = "";

    [Inject]
    private GroupsReader Reader { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override bool MayBeNone => true;

    /// <summary>Whatever takes a second factor.</summary>
    private bool MayChange =>
        new[] { _mayNotPutIn, _mayNotTakeOut, _mayNotSet, _mayNotDelete }.Any(lacks => lacks is null);

    private ImmutableArray<MemberRow> Shown => [.. _members.Where(member => member.IsLike(_who))];

    /// <summary>Racks and apps change what roles reach, and nothing else of a group.</summary>
    protected override Task LookAsync(string topic) =>
        topic.StartsWith("org/", StringComparison.Ordinal)
            ? ReloadAsync()
            : TryAsync(async caller =>
            {
                await ReachAsync(caller);
                _ = DrawAsync();
            });

    private protected override async Task ReadGrantsAsync(Caller caller)
    {
        _mayNotList = await Missing.OfAsync(caller, Resource.Org, ForList, Left);
        _row = _mayNotList is null ? await Reader.OneAsync(Org, GroupId, Left) : null;
        if (_row is not { } row)
        {
            return;
        }

        _mayNotListMembers = await Missing.OfAsync(caller, Resource.Org, ForMembers, Left);
        _mayNotPutIn = await Missing.OfAsync(caller, Resource.Org, ForPutIn, Left);
        _mayNotTakeOut = await Missing.OfAsync(caller, Resource.Org, ForTakeOut, Left);
        _mayNotSet = await Missing.OfAsync(caller, Resource.Org, ForRoles, Left);
        _mayNotRename = await Missing.OfAsync(caller, Resource.Org, ForRename, Left);
        _mayNotDelete = await Missing.OfAsync(caller, Resource.Org, ForDelete, Left);
        _members = _mayNotListMembers is null ? await Users.MembersAsync(caller, IsIn, Left) : [];
        await FindAsync(caller);
        if (_basis is null)
        {
            (_basis, Grants) = (row.Group.Roles, [.. row.Group.Roles.Select(GrantDraft.Of)]);
        }

        _moved = !row.Group.Roles.SequenceEqual(_basis.Value);
    }

    private bool IsIn(OrgMember member) => member.Groups.Contains(GroupId);

    private Task FindAsync(ChangeEventArgs e)
    {
        _who = ((string?)e.Value ?? "").Trim();
        return ReloadAsync();
    }

    private async Task FindAsync(Caller caller)
    {
        var all =
            _who.Length > 0 && _mayNotListMembers is null && _mayNotPutIn is null
                ? await Users.MembersAsync(caller, member => !IsIn(member), Left)
                : [];
        _found = [.. all.Where(row => row.IsLike(_who))];
    }

    private Task PutInAsync(MemberRow member) =>
        PressAsync(
            Operations.GroupMemberAdd,
            async caller =>
                (await Organization.AddGroupMembersAsync(caller, GroupId, [member.Member.UserId], Left)).Problem
        );

    private Task TakeOutAsync(MemberRow member) =>
        PressAsync(
            Operations.GroupMemberRemove,
            async caller =>
                (await Organization.RemoveGroupMembersAsync(caller, GroupId, [member.Member.UserId], Left)).Problem
        );

    private Task StartOverAsync()
    {
        _basis = null;
        return ReloadAsync();
    }

    private Task SetRolesAsync() =>
        PressAsync(
            Operations.GroupRolesSet,
            async caller =>
            {
                var roles = ToGrants();
                var problem = (await Organization.SetGroupRolesAsync(caller, GroupId, roles, _basis, Left)).Problem;
                _basis = problem is null ? roles : _basis;
                return problem;
            }
        );

    private async Task RenameAsync()
    {
        if (
            await PressAsync(
                Operations.GroupUpdate,
                async caller => (await Organization.RenameGroupAsync(caller, GroupId, _name.Trim(), Left)).Problem
            )
        )
        {
            _name = "";
            _ = DrawAsync();
        }
    }

    private async Task DeleteAsync()
    {
        if (
            _typed == _row?.Group.Name
            && await PressAsync(
                Operations.GroupDelete,
                async caller => (await Organization.DeleteGroupAsync(caller, GroupId, Left)).Problem
            )
        )
        {
            Navigation.NavigateTo(GroupRow.ListPathOf(Org), forceLoad: true);
        }
    }
}
