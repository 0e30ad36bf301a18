using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Orgs;
using Palisade.Web.Hosting;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Account;

/// <summary>
/// Accepting an invite. Its token comes in the fragment of the link, which browsers keep to themselves: shell.js posts
/// it, and from then on it is in a cookie until it is used. Without scripts it is typed.
/// </summary>
public sealed partial class InvitePage
{
    private static readonly TimeSpan Remember = TimeSpan.FromHours(1);

    private string? _problem;
    private InviteOffer? _offer;

    [Inject]
    private Invitations Invitations { get; set; } = null!;

    [Inject]
    private PageSignIn SignIn { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "open")]
    private TokenForm? OpenForm { get; set; }

    [SupplyParameterFromForm(FormName = "register")]
    private AccountForm? RegisterForm { get; set; }

    private PageSession? Session => Http.Features.Get<PageSession>();

    private Sensitive<string>? Token => HostCookie.Invite.Token(Http.Request, TokenKind.Invite);

    protected override async Task OnInitializedAsync()
    {
        if (Token is not { } token || OpenForm is not null)
        {
            return;
        }

        var shown = await Invitations.ShowAsync(
            PageSession.Unproven(Http, RequestId.Of(Http)),
            token,
            Http.RequestAborted
        );
        if (!shown.TryGet(out _offer, out var refusal))
        {
            HostCookie.Invite.Clear(Http);
            _problem = Refused.Text(Http, refusal);
        }
    }

    private void Open()
    {
        if (!Tokens.TryParse(OpenForm?.Token?.Trim(), out var kind) || kind != TokenKind.Invite)
        {
            _problem = "This is no invitation code. Check that it is whole.";
            return;
        }

        HostCookie.Invite.Set(Http, OpenForm!.Token!.Trim(), Time.GetUtcNow() + Remember);
        Navigation.NavigateTo(PageSignIn.InvitePath);
    }

    private async Task JoinAsync()
    {
        if (Session is not { } session || Token is not { } token)
        {
            return;
        }

        var caller = session.CallerOf(Http.User, RequestId.Of(Http), org: null);
        var joined = await Invitations.AcceptAsync(caller, token, Http.RequestAborted);
        Finish(joined.Ok ? joined.Value : null, joined.Problem);
    }

    private async Task RegisterAsync()
    {
        if (Token is not { } token || _offer is null)
        {
            return;
        }

        var command = new RegisterInvited(
            token,
            RegisterForm?.Email,
            RegisterForm?.Name ?? "",
            new(RegisterForm?.Password ?? "")
        );
        var registered = await Invitations.RegisterAsync(
            PageSession.Unproven(Http, RequestId.Of(Http)),
            command,
            Http.RequestAborted
        );
        var problem = registered.Ok ? (await SignIn.EnterAsync(Http, registered.Value)).Problem : registered.Problem;
        Finish(_offer.Organization, problem);
    }

    private void Finish(string? organization, Problem? problem)
    {
        if (problem is not null)
        {
            _problem = Refused.Text(Http, problem);
            return;
        }

        HostCookie.Invite.Clear(Http);
        Navigation.NavigateTo($"/o/{organization}/apps");
    }

    private sealed class TokenForm
    {
        public string? Token { get; set; }
    }

    private sealed class AccountForm
    {
        public string? Email { get; set; }

        public string? Name { get; set; }

        public string? Password { get; set; }
    }
}
