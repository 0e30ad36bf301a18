using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Roles;

/// <summary>The roles that there are, what they say, and how many have them.</summary>
public sealed partial class RolesPage : LivePage
{
    /// <summary>More rows are not drawn; a part of the name finds them.</summary>
    private const int Most = 100;

    private static readonly Operation[] ForList = [Operations.RoleList];
    private static readonly Operation[] ForNew = [Operations.RoleCreate];

    private ImmutableArray<RoleRow> _rows = [];
    private string _search = "";
    private string? _problem;
    private MissingRight? _mayNotList;
    private MissingRight? _mayNotMake;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [Inject]
    private RolesReader Reader { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    private ImmutableArray<RoleRow> Found => [.. _rows.Where(row => row.IsLike(_search))];

    protected override IEnumerable<string> Topics => [$"org/{Org}", $"key/{Org}/", $"keys/{Org}"];

    protected override void AddressChanged() => _search = Search?.Trim() ?? "";

    protected override async Task ReadAsync(Caller caller)
    {
        _mayNotList = await Missing.OfAsync(caller, Resource.Org, ForList, Left);
        _mayNotMake = await Missing.OfAsync(caller, Resource.Org, ForNew, Left);
        _rows = _mayNotList is null ? await Reader.AllAsync(caller, Left) : [];
        _problem = null;
        _ = DrawAsync();
    }

    protected override void Trouble(string text)
    {
        _problem = text;
        _ = DrawAsync();
    }

    private static string HeldBy(RoleRow row)
    {
        var held = string.Join(
            ", ",
            new[]
            {
                row.People is > 0 and { } people
                    ? people == 1
                        ? "1 person"
                        : $"{people} people"
                    : null,
                row.Groups is > 0 and { } groups ? Sentence.Counted(groups, "group") : null,
                row.Keys is > 0 and { } keys ? Sentence.Counted(keys, "key") : null,
            }.OfType<string>()
        );
        return held.Length > 0 ? held
            : row is { People: null, Groups: null, Keys: null } ? "not yours to see"
            : row.SeesAll ? "nobody"
            : "nobody that you may see";
    }
}
