using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Audit;

/// <summary>The audit explorer: what happened, found by who, what, where, when and words.</summary>
public sealed partial class AuditPage : LivePage
{
    private static readonly Operation[] ForRead = [Operations.AuditRead];
    private static readonly Operation[] ForExport = [Operations.AuditExport];

    private AuditLook _look = AuditLook.All;
    private AuditFound? _found;
    private MissingRight? _mayNot;
    private MissingRight? _mayNotExport;
    private string? _refusal;
    private string? _problem;

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
    private MissingRights Missing { get; set; } = null!;

    private string Path => $"/o/{Org}/audit";

    private (DateOnly First, DateOnly Last) Counted =>
        _look.Counted(DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime));

    protected override IEnumerable<string> Topics => [IAuditSearch.Topic(Org), $"org/{Org}"];

    protected override void AddressChanged() => _look = AuditLook.From(Text, First, Last, QueryNumber.LongOf(Before));

    protected override async Task ReadAsync(Caller caller)
    {
        _mayNot = await Missing.OfAsync(caller, Resource.Org, ForRead, Left);
        _mayNotExport = await Missing.OfAsync(caller, Resource.Org, ForExport, Left);
        if (_mayNot is not null)
        {
            _found = null;
        }
        else if ((await Reader.FindAsync(Org, _look, Left)).TryGet(out var found, out var problem))
        {
            (_found, _refusal) = (found, null);
        }
        else
        {
            _refusal = Sentence.Of(problem);
        }

        _problem = null;
        _ = DrawAsync();
    }

    protected override void Trouble(string text)
    {
        _problem = text;
        _ = DrawAsync();
    }
}
