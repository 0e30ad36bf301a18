using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Api;
using Palisade.Web.Pages;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>
/// A command in a process that runs, or in one of its own. The page only offers it: the terminal's socket decides.
/// </summary>
public sealed partial class TerminalPage : AppScreen
{
    private ImmutableArray<string> _services = [];
    private MissingRight? _missing;

    /// <summary>Null: a new process is started.</summary>
    [Parameter]
    public string? ProcessId { get; set; }

    [SupplyParameterFromQuery(Name = "service")]
    private string? Service { get; set; }

    [Inject]
    private ProcessReader Running { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private OwnProcess Own { get; set; } = null!;

    [Inject]
    private StaticFolder Files { get; set; } = null!;

    protected override async Task ReadAsync(Caller caller, AppSummary app)
    {
        var needed = ProcessId is { } process
            ? await Own.ChooseAsync(caller, app.Ref, process, Operations.ProcessRunExec, Operations.AppExec, Left)
            : Operations.ProcessRun;
        _missing = await Missing.OfAsync(caller, app.Ref, [needed], Left);

        // What can't be read just now, or at all by this reader, takes nothing away from a terminal that runs.
        if (await Running.ServicesAsync(caller, app, null, Left) is { } services)
        {
            _services = [.. services.Select(s => s.Name)];
        }
    }

    private string Line(AppSummary app) =>
        ProcessId is null
            ? $"convox run {Service ?? "web"} sh -a {app.Ref.App} -r {app.Ref.Rack}"
            : $"convox exec {ProcessId} sh -a {app.Ref.App} -r {app.Ref.Rack}";
}
