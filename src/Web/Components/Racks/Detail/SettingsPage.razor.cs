using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Racks;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>What a rack is, and its environment label.</summary>
public sealed partial class SettingsPage : RackScreen
{
    private static readonly Operation[] ForLabel = [Operations.RackEnvironmentSet];

    private MissingRight? _missing;
    private string? _refusal;
    private string? _chosen;
    private bool _busy;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    protected override async Task ReadAsync(Caller caller, RackRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _missing = await Missing.OfAsync(caller, Resource.Of(row.Rack.Ref), ForLabel, Left);
    }

    private string Chosen(RackRow row) => _chosen ?? row.Rack.Environment;

    private async Task SaveAsync()
    {
        if (_busy || _chosen is not { } chosen || Summary is not { } row)
        {
            return;
        }

        _busy = true;
        _refusal = await DoAsync(async caller =>
            (
                await Grains.GetGrain<IRackGrain>(row.Rack.Ref.ToString()).SetEnvironmentAsync(caller, chosen, Left)
            ).Problem
        );
        _busy = false;
        if (_refusal is null)
        {
            _chosen = null;
        }

        await ReloadAsync();
    }
}
