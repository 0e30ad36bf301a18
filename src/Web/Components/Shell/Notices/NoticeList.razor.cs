using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Shell.Notices;

/// <summary>Tells on every page what became of what the reader began on another.</summary>
public sealed partial class NoticeList : LivePage
{
    private NoticesState _state = new();

    [Inject]
    private Records Records { get; set; } = null!;

    [Inject]
    private IGate Gate { get; set; } = null!;

    protected override IEnumerable<string> Topics => [$"app/{Org}/"];

    /// <summary>What was begun before the page was opened.</summary>
    protected override async Task ReadAsync(Caller caller)
    {
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        foreach (var rack in await Records.RacksAsync(Org, Left))
        {
            foreach (var app in await Records.AppsAsync(rack.Ref, Left))
            {
                if (app.Rollout is not null)
                {
                    await SeeAsync(caller, app);
                }
            }
        }
    }

    protected override Task LookAsync(string topic) =>
        topic.StartsWith("app/", StringComparison.Ordinal) && AppRef.TryParse(topic["app/".Length..], out var app)
            ? TryAsync(async caller =>
            {
                if (await Records.AppAsync(app, Left) is { } view)
                {
                    await SeeAsync(caller, view);
                }
            })
            : ReloadAsync();

    // What can't be read is said by the page itself.
    protected override void Trouble(string text) { }

    private async Task SeeAsync(Caller caller, AppView app)
    {
        var before = _state;
        if (await Gate.AllowsAsync(caller, Operations.AppGet, Resource.Of(app.Ref), Left))
        {
            _state = _state.See(app, caller.Principal);
        }

        if (_state.Notices != before.Notices)
        {
            _ = DrawAsync();
        }
    }
}
