using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Racks;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>How much of a rack is in use, and the apps on it.</summary>
public sealed partial class OverviewPage : RackScreen
{
    private static readonly Operation[] ForInstances = [Operations.InstanceList];

    private ImmutableArray<RackInstance>? _instances;
    private ImmutableArray<AppRow>? _apps;
    private string? _missing;

    [Inject]
    private AppsReader Apps { get; set; } = null!;

    [Inject]
    private RackReader Reader { get; set; } = null!;

    protected override async Task ReadAsync(Caller caller, RackRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _missing = await Missing.OfAsync(caller, Resource.Of(row.Rack.Ref), ForInstances, Left);
        _instances = _missing is null ? await Reader.InstancesAsync(caller, row, Left) : null;
        _apps = await Apps.OfRackAsync(caller, row.Rack, Left);
    }

    private static string Number(double number, string form) => number.ToString(form, CultureInfo.InvariantCulture);
}
