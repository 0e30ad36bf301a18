using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Keys;

/// <summary>The deploy keys that the reader may see, as they are now.</summary>
public sealed partial class KeysPage : LivePage
{
    private static readonly Operation[] ForList = [Operations.KeyList];
    private static readonly Operation[] ForNew = [Operations.KeyCreate];

    private KeysPageState _state = new();
    private MissingRight? _mayNotList;
    private MissingRight? _mayNotMake;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [Inject]
    private KeysReader Reader { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    protected override IEnumerable<string> Topics => [$"key/{Org}/", $"keys/{Org}", $"org/{Org}"];

    protected override void AddressChanged() => _state = _state.Searching(Search);

    protected override async Task ReadAsync(Caller caller)
    {
        _mayNotList = await Missing.OfAsync(caller, Resource.Org, ForList, Left);
        _mayNotMake = await Missing.OfAsync(caller, Resource.Org, ForNew, Left);
        _state = _state.Loaded(_mayNotList is null ? await Reader.AllAsync(caller, Left) : []);
        _ = DrawAsync();
    }

    protected override void Trouble(string text)
    {
        _state = _state.Troubled(text);
        _ = DrawAsync();
    }
}
