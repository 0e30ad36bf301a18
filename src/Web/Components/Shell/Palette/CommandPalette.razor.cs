using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Shell.Palette;

/// <summary>
/// Goes anywhere by a few letters (console.md 14). What there is to go to is read each time that it is opened.
/// </summary>
public sealed partial class CommandPalette : LivePage
{
    private PlaceIndex? _index;
    private string _query = "";
    private string? _problem;

    [Inject]
    private PlaceReader Reader { get; set; } = null!;

    protected override IEnumerable<string> Topics => [];

    private ImmutableArray<Place> Found => _index?.Find(_query) ?? [];

    // Rendered with every page, opened on few: nothing is read before.
    protected override Task ReadAsync(Caller caller) => Task.CompletedTask;

    protected override void Trouble(string text) => _problem = text;

    private string Said(int found) =>
        _problem
        ?? found switch
        {
            _ when _index is null => "",
            0 => "Nothing that you may see has this name.",
            PlaceIndex.Most => $"The first {PlaceIndex.Most}; another letter narrows them.",
            _ => "",
        };

    private Task OpenedAsync() =>
        TryAsync(async caller =>
        {
            _index = await Reader.ReadAsync(caller, Left);
            _problem = null;
        });

    private async Task TypedAsync(ChangeEventArgs typed)
    {
        _query = typed.Value as string ?? "";
        if (_index is null)
        {
            // Opened before the page was live.
            await OpenedAsync();
        }
    }
}
