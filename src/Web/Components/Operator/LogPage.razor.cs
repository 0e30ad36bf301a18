using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Sinks;
using Palisade.Grains.Audit;
using Palisade.Grains.Audit.Sinks;
using Palisade.Web.Components.Audit;
using Palisade.Web.Components.Audit.Sinks;
using Palisade.Web.Live;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Operator;

/// <summary>The installation's own log: what operators did, and sign-ins.</summary>
public sealed partial class LogPage : OperatorPage
{
    public const string Path = $"{PageGate.OperatorPath}/log";

    private const string Log = "";

    private AuditLook _look = AuditLook.All;
    private AuditFound? _found;
    private ImmutableArray<SinkRow> _sinks = [];

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "first")]
    private string? First { get; set; }

    [SupplyParameterFromQuery(Name = "last")]
    private string? Last { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private AuditReader Reader { get; set; } = null!;

    [Inject]
    private SinkRows Rows { get; set; } = null!;

    private protected override Operation Reads => Operations.InstallationRead;

    private IAuditGrain Grain => Grains.GetGrain<IAuditGrain>(LogName.Installation);

    private protected override async Task LoadAsync()
    {
        _look = AuditLook.From(Text, First, Last, QueryNumber.LongOf(Before));
        _sinks = await Rows.AllAsync(Log, Left);
        if ((await Reader.FindAsync(Log, _look, Left)).TryGet(out var found, out var problem))
        {
            _found = found;
        }
        else
        {
            Problem = Account.Refused.Text(Http, problem);
        }
    }

    private string Export(string format) =>
        $"{Path}/export?format={format}"
        + (_look.QueryText.Length == 0 ? "" : $"&q={Uri.EscapeDataString(_look.QueryText)}");

    private Task MakeSinkAsync(string name) =>
        DoAsync(ProblemOf(Grain.CreateSinkAsync(Caller, new(SinkKind.File, name, null, From: 0), Left)));

    private Task DeleteSinkAsync(string id) => DoAsync(ProblemOf(Grain.DeleteSinkAsync(Caller, id, Left)));
}
