using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Orgs;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Users;

/// <summary>Who is a member, and who is invited.</summary>
public sealed partial class UsersPage : LivePage
{
    /// <summary>More rows are not drawn; a part of the name finds them.</summary>
    private const int Most = 100;

    private static readonly Operation[] ForExplain = [Operations.AccessExplain];
    private static readonly Operation[] ForList = [Operations.MemberList];
    private static readonly Operation[] ForInvites = [Operations.InviteList];
    private static readonly Operation[] ForInvite = [Operations.InviteCreate];
    private static readonly Operation[] ForRevoke = [Operations.InviteRevoke];

    private ImmutableArray<MemberRow> _members = [];
    private ImmutableArray<InviteRow> _invites = [];
    private string _search = "";
    private bool _mayExplain;
    private MissingRight? _mayNotList;
    private MissingRight? _mayNotInvite;
    private MissingRight? _mayNotRevoke;
    private string? _problem;
    private string? _refusal;
    private bool _busy;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [Inject]
    private UsersReader Reader { get; set; } = null!;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    private bool Waiting => !RendererInfo.IsInteractive;

    private ImmutableArray<MemberRow> Found => [.. _members.Where(row => row.IsLike(_search))];

    protected override IEnumerable<string> Topics => [$"org/{Org}"];

    protected override void AddressChanged() => _search = Search?.Trim() ?? "";

    protected override async Task ReadAsync(Caller caller)
    {
        _mayNotList = await Missing.OfAsync(caller, Resource.Org, ForList, Left);
        _mayNotInvite = await Missing.OfAsync(caller, Resource.Org, ForInvite, Left);
        _mayNotRevoke = await Missing.OfAsync(caller, Resource.Org, ForRevoke, Left);
        _mayExplain = await Missing.OfAsync(caller, Resource.Org, ForExplain, Left) is null;
        _members = _mayNotList is null ? await Reader.MembersAsync(caller, _ => true, Left) : [];
        _invites = await Missing.OfAsync(caller, Resource.Org, ForInvites, Left) is null
            ? await Reader.InvitesAsync(Org, Left)
            : [];
        _problem = null;
        _ = DrawAsync();
    }

    protected override void Trouble(string text)
    {
        _problem = text;
        _ = DrawAsync();
    }

    private async Task RevokeAsync(string invite)
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        _refusal = await DoAsync(async caller =>
            (await Grains.GetGrain<IOrgGrain>(Org).RevokeInviteAsync(caller, invite, Left)).Problem
        );
        _busy = false;
        await ReloadAsync();
    }
}
