using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>What a rack has beside what it should have.</summary>
public sealed partial class DriftPage : RackScreen
{
    private static readonly Operation[] ForProcesses = [Operations.RackProcesses];

    private ImmutableArray<DriftRow>? _rows;
    private string? _missing;

    [Inject]
    private RackReader Reader { get; set; } = null!;

    protected override async Task ReadAsync(Caller caller, RackRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _missing = await Missing.OfAsync(caller, Resource.Of(row.Rack.Ref), ForProcesses, Left);
        _rows = _missing is null ? await Reader.DriftAsync(caller, row, Left) : null;
    }

    private string Said(RackRow row)
    {
        if (_rows is not { } rows)
        {
            return "What runs on it is not known";
        }

        var differ = rows.Count(r => r.Differs) + (row.Condition.Tone == Tone.Good ? 0 : 1);
        return differ == 0
            ? "Nothing differs"
            : $"{Sentence.Counted(differ, "thing")} {(differ == 1 ? "differs" : "differ")}";
    }
}
