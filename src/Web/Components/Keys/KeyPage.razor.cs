using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Keys;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;
using Palisade.Web.Console.Keys;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Keys;

/// <summary>
/// One deploy key: what it may do, its secrets and its end. SECURITY: a new secret is in this page's memory until the
/// page is left or it is put away, and nowhere else.
/// </summary>
public sealed partial class KeyPage : LiveScreen<KeyRow>
{
    private static readonly Operation[] ForExplain = [Operations.AccessExplain];
    private static readonly Operation[] ForChange = [Operations.KeyUpdate];
    private static readonly Operation[] ForRoll = [Operations.KeyRoll];
    private static readonly Operation[] ForReport = [Operations.KeyReport];
    private static readonly Operation[] ForDelete = [Operations.KeyDelete];

    private ImmutableArray<Reach> _reach = [];
    private ImmutableArray<(KeySecret Secret, string ShownTo)> _secrets = [];
    private IssuedKeyJson? _issued;
    private string? _unknown;
    private bool _mayExplain;
    private MissingRight? _mayNotChange;
    private MissingRight? _mayNotRoll;
    private MissingRight? _mayNotReport;
    private MissingRight? _mayNotDelete;
    private string? _refusal;
    private string _overlap = "24";
    private string _code = "";
    private string _typed = "";
    private string _leaked = "";
    private bool _needsCode;
    private bool _busy;

    [Parameter]
    public string KeyId { get; set; } = "";

    [Inject]
    private KeysReader Reader { get; set; } = null!;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    [Inject]
    private Bylines Bylines { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private IDeployKeyGrain Key => Grains.GetGrain<IDeployKeyGrain>($"{Org}/{KeyId}");

    protected override IEnumerable<string> Topics =>
        [$"key/{Org}/{KeyId}", $"org/{Org}", $"rack/{Org}/", $"app/{Org}/"];

    private protected override Task<KeyRow?> FindAsync(Caller caller) => Reader.OneAsync(caller, KeyId, Left);

    private protected override async Task ReadOfAsync(Caller caller, KeyRow found)
    {
        var resource = Resource.Item(found.Key.Spec.Name);
        _mayNotChange = await Missing.OfAsync(caller, resource, ForChange, Left);
        _mayNotRoll = await Missing.OfAsync(caller, resource, ForRoll, Left);
        _mayNotReport = await Missing.OfAsync(caller, resource, ForReport, Left);
        _mayNotDelete = await Missing.OfAsync(caller, resource, ForDelete, Left);
        _mayExplain = await Missing.OfAsync(caller, Resource.Org, ForExplain, Left) is null;
        _needsCode = StepUp.IsDue(caller.HasSecondFactor, caller.SecondFactorAt, Time.GetUtcNow());
        var secrets = ImmutableArray.CreateBuilder<(KeySecret, string)>();
        foreach (var secret in found.Key.Secrets.Where(s => s.WorksAt(Time.GetUtcNow())))
        {
            secrets.Add((secret, (await Bylines.OfIdAsync(secret.ShownTo, Left)).Name));
        }

        _secrets = secrets.ToImmutable();
        var reach = await Reader.ReachAsync(caller, found.Key.Spec, Left);
        _unknown = reach.TryGet(out _reach, out var problem) ? null : Sentence.Of(problem);
    }

    private protected override Task WatchAsync(KeyRow found, Func<Task> look) => Task.CompletedTask;

    private async Task RollAsync()
    {
        var overlap = TimeSpan.FromHours(int.Parse(_overlap, CultureInfo.InvariantCulture));
        await ActAsync(
            async caller =>
            {
                if (!(await Key.RollAsync(caller, overlap, Left)).TryGet(out var issued, out var problem))
                {
                    return problem;
                }

                _issued = IssuedKeyJson.Of(issued, Org, new Uri(Navigation.BaseUri).Authority, Time.GetUtcNow());
                return null;
            },
            proven: true
        );
    }

    private Task ReportAsync() =>
        _leaked == Summary?.Key.Spec.Name
            ? ActAsync(async caller => (await Key.ReportAsync(caller, Left)).Problem)
            : Task.CompletedTask;

    private async Task DeleteAsync()
    {
        if (
            _typed == Summary?.Key.Spec.Name
            && await ActAsync(async caller => (await Key.DeleteAsync(caller, Left)).Problem)
        )
        {
            Navigation.NavigateTo($"/o/{Org}/keys", forceLoad: true);
        }
    }

    private async Task<bool> ActAsync(Func<Caller, Task<Problem?>> act, bool proven = false)
    {
        if (_busy)
        {
            return false;
        }

        _busy = true;
        _refusal = await DoProvenAsync(proven && _needsCode ? _code : null, act);
        (_busy, _code) = (false, "");
        await ReloadAsync();
        return _refusal is null;
    }
}
