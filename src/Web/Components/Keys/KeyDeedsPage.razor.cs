using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Console.Keys;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Keys;

/// <summary>What a deploy key did and from where: what somebody asks when it has leaked.</summary>
public sealed partial class KeyDeedsPage : LivePage
{
    /// <summary>More rows are not drawn.</summary>
    private const int Most = 200;

    private static readonly Operation[] ForRead = [Operations.AuditRead];

    private KeyRow? _row;
    private KeyDeeds? _deeds;
    private ImmutableArray<KeyUse> _uses = [];
    private ImmutableArray<Place> _places = [];
    private int _count;
    private MissingRight? _mayNotRead;
    private string? _problem;

    [Parameter]
    public string KeyId { get; set; } = "";

    [Inject]
    private KeysReader Reader { get; set; } = null!;

    [Inject]
    private KeyDeedsReader Deeds { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    protected override IEnumerable<string> Topics => [$"key/{Org}/{KeyId}", $"org/{Org}"];

    /// <summary>
    /// What it did is read once, and again when it was reported: each read is of all that there is of it.
    /// </summary>
    protected override async Task ReadAsync(Caller caller)
    {
        var before = _row;
        _row = await Reader.OneAsync(caller, KeyId, Left);
        _mayNotRead = await Missing.OfAsync(caller, Resource.Org, ForRead, Left);
        if (_row is not { } row || _mayNotRead is not null)
        {
            (_deeds, _uses, _places) = (null, [], []);
        }
        else if (_deeds is null || before?.Key.Reported != row.Key.Reported)
        {
            await ReadDeedsAsync(row);
        }

        _problem = null;
        _ = DrawAsync();
    }

    private async Task ReadDeedsAsync(KeyRow row)
    {
        var key = new Principal(PrincipalKind.DeployKey, row.Key.Id, row.Key.Spec.Name);
        var deeds = await Deeds.OfAsync(Org, key, Left);
        // What it was refused is what whoever looks for a thief asks for first, and what was last.
        _uses = [.. deeds.Uses.OrderBy(use => use.Allowed).ThenByDescending(use => use.Last).Take(Most)];
        _places =
        [
            .. deeds
                .Did.GroupBy(act => (act.Ip, act.Client))
                .Select(acts => new Place(
                    acts.Key.Ip,
                    acts.Key.Client,
                    acts.Count(),
                    acts.Min(act => act.At),
                    acts.Max(act => act.At)
                ))
                .OrderByDescending(place => place.Last),
        ];
        _count = deeds.Uses.Length;
        _deeds = deeds with { Uses = [], Did = [] };
    }

    protected override void Trouble(string text)
    {
        _problem = text;
        _ = DrawAsync();
    }

    private sealed record Place(string? Ip, string? Client, int Count, DateTimeOffset First, DateTimeOffset Last);
}
