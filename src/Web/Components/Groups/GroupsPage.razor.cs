using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Groups;

/// <summary>The groups that there are, what they have, and how many are in them.</summary>
public sealed partial class GroupsPage : LivePage
{
    /// <summary>More rows are not drawn; a part of the name finds them.</summary>
    private const int Most = 100;

    private static readonly Operation[] ForList = [Operations.GroupList];
    private static readonly Operation[] ForNew = [Operations.GroupCreate];

    private ImmutableArray<GroupRow> _rows = [];
    private string _search = "";
    private string? _problem;
    private MissingRight? _mayNotList;
    private MissingRight? _mayNotMake;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [Inject]
    private GroupsReader Reader { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    private ImmutableArray<GroupRow> Found => [.. _rows.Where(row => row.IsLike(_search))];

    protected override IEnumerable<string> Topics => [$"org/{Org}"];

    protected override void AddressChanged() => _search = Search?.Trim() ?? "";

    protected override async Task ReadAsync(Caller caller)
    {
        _mayNotList = await Missing.OfAsync(caller, Resource.Org, ForList, Left);
        _mayNotMake = await Missing.OfAsync(caller, Resource.Org, ForNew, Left);
        _rows = _mayNotList is null ? await Reader.AllAsync(Org, Left) : [];
        _problem = null;
        _ = DrawAsync();
    }

    protected override void Trouble(string text)
    {
        _problem = text;
        _ = DrawAsync();
    }
}
