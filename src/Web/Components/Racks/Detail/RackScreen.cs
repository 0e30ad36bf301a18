using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>A page of one rack.</summary>
public abstract class RackScreen : LiveScreen<RackRow>
{
    [Parameter]
    public string RackName { get; set; } = "";

    [Inject]
    private RacksReader Racks { get; set; } = null!;

    [Inject]
    private protected MissingRights Missing { get; set; } = null!;

    [Inject]
    private ProcessWatch Processes { get; set; } = null!;

    protected override IEnumerable<string> Topics => [$"rack/{Org}/{RackName}", $"app/{Org}/{RackName}/", $"org/{Org}"];

    /// <summary>Reads what this page shows of it.</summary>
    protected abstract Task ReadAsync(Caller caller, RackRow row);

    private protected sealed override async Task<RackRow?> FindAsync(Caller caller) =>
        RackRef.TryParse($"{Org}/{RackName}", out var rack) ? await Racks.OneAsync(caller, rack, Left) : null;

    private protected sealed override Task ReadOfAsync(Caller caller, RackRow found) => ReadAsync(caller, found);

    private protected sealed override Task WatchAsync(RackRow found, Func<Task> look) =>
        Processes.RunAsync(found.Rack.Ref, look, Left);
}
