using System.Globalization;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Audit;

/// <summary>How long the log keeps what its records say, and its legal hold.</summary>
public sealed partial class RetentionPage : ProvenPage
{
    private const string Erase = "erase";

    private static readonly Operation[] ForRead = [Operations.AuditRead];
    private static readonly Operation[] ForSet = [Operations.AuditSettings];
    private static readonly Operation[] ForHold = [Operations.AuditHold];

    private AuditState? _state;
    private string _by = "";
    private MissingRight? _mayNotRead;
    private MissingRight? _mayNotSet;
    private MissingRight? _mayNotHold;
    private string? _written;
    private string _typed = "";
    private string _reason = "";

    [Inject]
    private AuditFacts Facts { get; set; } = null!;

    [Inject]
    private Bylines Bylines { get; set; } = null!;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    private IAuditGrain Log => Grains.GetGrain<IAuditGrain>(Org);

    protected override IEnumerable<string> Topics => [$"audit/{Org}", $"org/{Org}"];

    /// <summary>As it is until somebody writes otherwise.</summary>
    private string DaysText
    {
        get => _written ?? Kept;
        set => (_written, _typed) = (value, "");
    }

    private int? Days => int.TryParse(DaysText, CultureInfo.InvariantCulture, out var days) ? days : null;

    private bool Same => DaysText == Kept;

    private string Kept => _state?.RetentionDays?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>It would erase what is kept now.</summary>
    private bool Shorter => Days is { } days && days < (_state?.RetentionDays ?? int.MaxValue);

    private protected override async Task ReadOfAsync(Caller caller)
    {
        _mayNotRead = await Missing.OfAsync(caller, Resource.Org, ForRead, Left);
        _mayNotSet = await Missing.OfAsync(caller, Resource.Org, ForSet, Left);
        _mayNotHold = await Missing.OfAsync(caller, Resource.Org, ForHold, Left);
        _state = _mayNotRead is null ? await Facts.OfAsync(Org, Left) : null;
        _by = _state?.Hold is { } hold ? (await Bylines.OfIdAsync(hold.By, Left)).Name : "";
    }

    private async Task SetAsync()
    {
        if (Shorter && _typed != Erase)
        {
            return;
        }

        var written = DaysText;
        if (written.Length > 0 && Days is null)
        {
            Refuse(Operations.AuditSettings, $"{Printable.Of(written)} is not a number of days.");
            return;
        }

        var days = Days;
        if (
            await PressAsync(
                Operations.AuditSettings,
                async caller => (await Log.SetRetentionAsync(caller, days, Left)).Problem
            )
        )
        {
            (_written, _typed) = (null, "");
        }
    }

    private async Task HoldAsync()
    {
        if (
            await PressAsync(
                Operations.AuditHold,
                async caller => (await Log.SetHoldAsync(caller, _reason.Trim(), Left)).Problem
            )
        )
        {
            _reason = "";
        }
    }

    private Task LiftAsync() =>
        PressAsync(Operations.AuditHold, async caller => (await Log.LiftHoldAsync(caller, Left)).Problem);
}
