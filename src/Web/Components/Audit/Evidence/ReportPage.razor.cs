using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Audit.Evidence;

/// <summary>One report. It is paper: nothing on it moves.</summary>
public sealed partial class ReportPage : LivePage
{
    private static readonly Operation[] ForExport = [Operations.AuditExport];

    private EvidenceReport? _report;
    private EvidencePeriod? _period;
    private EvidenceFound? _found;
    private DateTimeOffset _made;
    private string _for = "";
    private MissingRight? _mayNot;
    private MissingRight? _mayNotExport;
    private string? _problem;

    [Parameter]
    public string ReportId { get; set; } = "";

    [SupplyParameterFromQuery(Name = "first")]
    private string? First { get; set; }

    [SupplyParameterFromQuery(Name = "last")]
    private string? Last { get; set; }

    [Inject]
    private EvidenceReader Reader { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    protected override IEnumerable<string> Topics => [];

    /// <summary>Of sign-ins only those that failed: the others are counted.</summary>
    private ImmutableArray<AuditRow> Shown =>
        _report == EvidenceReport.SignIns
            ? [.. _found!.Records.Rows.Where(row => row.Result != "ok")]
            : _found!.Records.Rows;

    private string Export =>
        $"/o/{Org}/audit/export?format=jsonl&q={Uri.EscapeDataString(_period!.Look(_report!).QueryText)}";

    protected override void AddressChanged()
    {
        _made = Time.GetUtcNow();
        _report = EvidenceReport.Find(ReportId);
        _period = EvidencePeriod.Of(First, Last, DateOnly.FromDateTime(_made.UtcDateTime));
    }

    protected override async Task ReadAsync(Caller caller)
    {
        if (_report is not { } report)
        {
            return;
        }

        _for = caller.Principal.Name;
        _mayNot = await Missing.OfAsync(caller, Resource.Org, report.Needs, Left);
        _mayNotExport = await Missing.OfAsync(caller, Resource.Org, ForExport, Left);
        if (_mayNot is not null)
        {
            return;
        }

        if (_period is not { } period)
        {
            _problem = "The days are written as 2026-11-01, and the first is not after the last.";
        }
        else if ((await Reader.ReadAsync(caller, report, period, Left)).TryGet(out var found, out var problem))
        {
            _found = found;
        }
        else
        {
            _problem = Sentence.Of(problem);
        }
    }

    protected override void Trouble(string text) => _problem = text;
}
