using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Audit;
using Palisade.Grains.Audit.Sinks;
using Palisade.Grains.Orgs;
using Palisade.Storage.Views;
using Palisade.Web.Components.Audit.Sinks;

namespace Palisade.Web.Components.Operator;

/// <summary>One organization: what it may take, whether it works, and the files of its log.</summary>
public sealed partial class OrgPage : OperatorPage
{
    private OrgRow? _row;
    private QuotaForm _quotas = new();
    private ImmutableArray<SinkRow> _sinks = [];

    [Parameter]
    public string Name { get; set; } = "";

    [Inject]
    private IViews Views { get; set; } = null!;

    [Inject]
    private QuotaDefaults Defaults { get; set; } = null!;

    [Inject]
    private SinkRows Rows { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "quotas")]
    private QuotaForm? Quotas { get; set; }

    [SupplyParameterFromForm(FormName = "suspend")]
    private SuspendForm? Suspend { get; set; }

    private protected override Operation Reads => Operations.OrgList;

    private IOrgGrain Org => Grains.GetGrain<IOrgGrain>(Name);

    private IAuditGrain Log => Grains.GetGrain<IAuditGrain>(Name);

    private protected override async Task LoadAsync()
    {
        // The name is the grain's key, so it is looked at before there is one.
        if (!Names.IsValid(Name) || await Views.GetAsync("", ViewKinds.Org, Name, Left) is not { } json)
        {
            SayAbsent();
            return;
        }

        _row = ViewJson.Read<OrgRow>(json);
        _quotas = QuotaForm.Of(_row.Quotas);

        // SECURITY (S04): of an organization's sinks the operator sees the operator's.
        _sinks = !(await Gate.AuthorizeAsync(Caller, Operations.InstallationRead, Resource.Org, Left)).Ok
            ? []
            : [.. (await Rows.AllAsync(Name, Left)).Where(row => row.Sink.Kind == SinkKind.File)];
    }

    private Task SetQuotasAsync() =>
        DoAsync(
            (Quotas ?? new()).Read(_row?.Quotas).TryGet(out var quotas, out var problem)
                ? ProblemOf(Org.SetQuotasAsync(Caller, quotas, Left))
                : Task.FromResult<Problem?>(problem)
        );

    private Task SuspendAsync() => DoAsync(ProblemOf(Org.SuspendAsync(Caller, Suspend?.Reason?.Trim() ?? "", Left)));

    private Task ResumeAsync() => DoAsync(ProblemOf(Org.ResumeAsync(Caller, Left)));

    private Task MakeSinkAsync(string name) =>
        DoAsync(ProblemOf(Log.CreateSinkAsync(Caller, new(SinkKind.File, name, null, From: 0), Left)));

    private Task DeleteSinkAsync(string id) =>
        DoAsync(
            _sinks.Any(row => row.Sink.Id == id)
                ? ProblemOf(Log.DeleteSinkAsync(Caller, id, Left))
                : Task.FromResult<Problem?>(SinkProblems.NotFound(id))
        );

    private sealed class SuspendForm
    {
        public string? Reason { get; set; }
    }
}
