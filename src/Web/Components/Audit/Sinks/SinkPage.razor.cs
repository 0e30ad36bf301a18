using System.Globalization;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Grains.Audit.Sinks;
using Palisade.Storage.Audit;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Audit.Sinks;

/// <summary>
/// One sink: how far it is, why it fails, and what can be done about it. SECURITY: a new secret is in this page's
/// memory until the page is left or it is put away, and nowhere else.
/// </summary>
public sealed partial class SinkPage : ProvenPage
{
    private static readonly Operation[] ForTest = [Operations.SinkTest];
    private static readonly Operation[] ForChange = [Operations.SinkUpdate, Operations.AuditExport];
    private static readonly Operation[] ForRoll = [Operations.SinkRoll];
    private static readonly Operation[] ForDelete = [Operations.SinkDelete];

    private SinkRow? _row;
    private MissingRight? _mayNotList;
    private MissingRight? _mayNotTest;
    private MissingRight? _mayNotChange;
    private MissingRight? _mayNotRoll;
    private MissingRight? _mayNotDelete;
    private string _name = "";
    private string _url = "";
    private string _overlap = "24";
    private string _typed = "";
    private string? _secret;

    [Parameter]
    public string SinkId { get; set; } = "";

    [Inject]
    private SinkRows Rows { get; set; } = null!;

    [Inject]
    private SinkTrial Trial { get; set; } = null!;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private IAuditGrain Log => Grains.GetGrain<IAuditGrain>(Org);

    protected override IEnumerable<string> Topics =>
        [$"audit/{Org}", IAuditSearch.Topic(Org), IDeliveries.Topic(Org), $"org/{Org}"];

    private protected override async Task ReadOfAsync(Caller caller)
    {
        _mayNotList = await Missing.OfAsync(caller, Resource.Org, SinksPage.ForList, Left);
        _row = _mayNotList is null ? await Rows.OneAsync(Org, SinkId, Left) : null;
        _mayNotTest = await Missing.OfAsync(caller, Resource.Org, ForTest, Left);
        _mayNotChange = await Missing.OfAsync(caller, Resource.Org, ForChange, Left);
        _mayNotRoll = await Missing.OfAsync(caller, Resource.Org, ForRoll, Left);
        _mayNotDelete = await Missing.OfAsync(caller, Resource.Org, ForDelete, Left);
    }

    private Task TestAsync() =>
        PressAsync(Operations.SinkTest, async caller => (await Trial.RunAsync(caller, Org, SinkId, Left)).Problem);

    /// <param name="enabled">What the button said when it was pressed.</param>
    private Task PauseAsync(bool enabled) => UpdateAsync(new SinkChange(Enabled: enabled));

    private async Task ChangeAsync()
    {
        var (name, url) = (_name.Trim(), _url.Trim());
        var change = new SinkChange(name.Length > 0 ? name : null, url.Length > 0 ? new(url) : null);
        if (await UpdateAsync(change))
        {
            (_name, _url) = ("", "");
            _ = DrawAsync();
        }
    }

    private Task<bool> UpdateAsync(SinkChange change) =>
        PressAsync(
            Operations.SinkUpdate,
            async caller => (await Log.UpdateSinkAsync(caller, SinkId, change, Left)).Problem
        );

    private Task RollAsync()
    {
        var overlap = TimeSpan.FromHours(int.Parse(_overlap, CultureInfo.InvariantCulture));
        return PressAsync(
            Operations.SinkRoll,
            async caller =>
            {
                var rolled = await Log.RollSinkSecretAsync(caller, SinkId, overlap, Left);
                _secret = rolled.Ok ? rolled.Value.Secret?.Reveal() : _secret;
                return rolled.Problem;
            }
        );
    }

    private async Task DeleteAsync()
    {
        if (
            _typed == _row?.Sink.Name
            && await PressAsync(
                Operations.SinkDelete,
                async caller => (await Log.DeleteSinkAsync(caller, SinkId, Left)).Problem
            )
        )
        {
            Navigation.NavigateTo(SinkRow.ListPathOf(Org), forceLoad: true);
        }
    }
}
