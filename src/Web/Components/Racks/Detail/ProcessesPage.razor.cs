using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>All processes on a rack.</summary>
public sealed partial class ProcessesPage : RackScreen
{
    private static readonly Operation[] ForProcesses = [Operations.RackProcesses];

    private ImmutableArray<RackProcess>? _processes;
    private string? _missing;

    [Inject]
    private RackReader Reader { get; set; } = null!;

    protected override async Task ReadAsync(Caller caller, RackRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _missing = await Missing.OfAsync(caller, Resource.Of(row.Rack.Ref), ForProcesses, Left);
        _processes = _missing is null ? await Reader.ProcessesAsync(caller, row, Left) : null;
    }
}
