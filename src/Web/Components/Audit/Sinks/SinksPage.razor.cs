using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Audit.Sinks;

/// <summary>Where the log's records go, how far, and what keeps them.</summary>
public sealed partial class SinksPage : LivePage
{
    internal static readonly Operation[] ForList = [Operations.SinkList];

    /// <summary>Whoever sends records away exports them.</summary>
    internal static readonly Operation[] ForNew = [Operations.SinkCreate, Operations.AuditExport];

    private ImmutableArray<SinkRow> _rows = [];
    private string? _problem;
    private MissingRight? _mayNotList;
    private MissingRight? _mayNotMake;

    [Inject]
    private SinkRows Rows { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    protected override IEnumerable<string> Topics =>
        [$"audit/{Org}", IAuditSearch.Topic(Org), IDeliveries.Topic(Org), $"org/{Org}"];

    protected override async Task ReadAsync(Caller caller)
    {
        _mayNotList = await Missing.OfAsync(caller, Resource.Org, ForList, Left);
        _mayNotMake = await Missing.OfAsync(caller, Resource.Org, ForNew, Left);
        _rows = _mayNotList is null ? await Rows.AllAsync(Org, Left) : [];
        _problem = null;
        _ = DrawAsync();
    }

    protected override void Trouble(string text)
    {
        _problem = text;
        _ = DrawAsync();
    }
}
