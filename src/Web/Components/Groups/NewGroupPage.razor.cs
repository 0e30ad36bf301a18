using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Users;

namespace Palisade.Web.Components.Groups;

/// <summary>Makes a group.</summary>
public sealed partial class NewGroupPage : GrantsPage
{
    private static readonly Operation[] ForNew = [Operations.GroupCreate];

    private string _name = "";
    private bool _begun;
    private string? _made;
    private MissingRight? _mayNot;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override bool MayBeNone => true;

    private protected override async Task ReadGrantsAsync(Caller caller)
    {
        _mayNot = await Missing.OfAsync(caller, Resource.Org, ForNew, Left);
        if (!_begun)
        {
            (_begun, Grants) = (true, [GrantDraft.Empty]);
        }
    }

    private async Task MakeAsync()
    {
        var done = await DoOnceAsync(async caller =>
        {
            var made = await Organization.CreateGroupAsync(caller, _name, ToGrants(), Left);
            _made = made.Ok ? made.Value : null;
            return made.Problem;
        });
        if (done)
        {
            Navigation.NavigateTo(GroupRow.PathOf(Org, _made!), forceLoad: true);
        }
    }
}
