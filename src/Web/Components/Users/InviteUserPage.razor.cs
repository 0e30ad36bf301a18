using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Orgs;
using Palisade.Web.Components.Apps;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Users;

/// <summary>
/// Invites somebody. SECURITY: the link is in this page's memory until the page is left, and nowhere else.
/// </summary>
public sealed partial class InviteUserPage : GrantsPage
{
    private static readonly Operation[] ForInvite = [Operations.InviteCreate];

    private string _email = "";
    private string? _link;
    private MissingRight? _mayNot;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private protected override async Task ReadGrantsAsync(Caller caller)
    {
        _mayNot = await Missing.OfAsync(caller, Resource.Org, ForInvite, Left);
        if (Grants.IsEmpty)
        {
            Grants = [GrantDraft.Empty];
        }
    }

    private Task InviteAsync() =>
        DoOnceAsync(async caller =>
        {
            var invite = new SendInvite(_email.Length == 0 ? null : _email, ToGrants(), OrgInvites.DefaultLifetime);
            var sent = await Organization.SendInviteAsync(caller, invite, Left);
            if (!sent.TryGet(out var issued, out var problem))
            {
                return problem;
            }

            _link = $"{Navigation.BaseUri.TrimEnd('/')}{PageSignIn.InvitePath}#{issued.Token.Reveal()}";
            return null;
        });
}
