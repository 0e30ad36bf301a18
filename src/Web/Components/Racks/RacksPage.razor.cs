using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Racks;

/// <summary>The racks that the reader may see, as they are now.</summary>
public sealed partial class RacksPage : LivePage
{
    private readonly HashSet<RackRef> _watched = [];
    private RacksPageState _state = new();

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "environment")]
    private string? Environment { get; set; }

    [Inject]
    private RacksReader Reader { get; set; } = null!;

    [Inject]
    private ProcessWatch Processes { get; set; } = null!;

    protected override IEnumerable<string> Topics => [$"rack/{Org}/", $"app/{Org}/", $"org/{Org}"];

    protected override void AddressChanged() => _state = _state with { Query = RacksQuery.From(Search, Environment) };

    protected override async Task ReadAsync(Caller caller)
    {
        _state = _state.Loaded(await Reader.AllAsync(caller, Left));
        foreach (var row in _state.Racks ?? [])
        {
            if (RendererInfo.IsInteractive && _watched.Add(row.Rack.Ref))
            {
                _ = Processes.RunAsync(row.Rack.Ref, () => InvokeAsync(ReloadAsync), Left);
            }
        }

        _ = DrawAsync();
    }

    protected override void Trouble(string text)
    {
        _state = _state.Troubled(text);
        _ = DrawAsync();
    }
}
