using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Web.Hosting;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Account;

/// <summary>Changes one's password; the first one must be (S02). It ends every other session.</summary>
public sealed partial class PasswordPage
{
    private string? _problem;
    private string _email = "";

    [Inject]
    private People People { get; set; } = null!;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "password")]
    private PasswordForm? Form { get; set; }

    private PageSession Session => PageSession.Of(Http);

    protected override async Task OnInitializedAsync() =>
        _email = (await People.FindAsync(Session.Principal.Id, Http.RequestAborted))?.Email ?? "";

    private async Task ChangeAsync()
    {
        if (string.IsNullOrEmpty(Form?.Current) || string.IsNullOrEmpty(Form.Replacement))
        {
            _problem = "Give your current password and a new one.";
            return;
        }

        if (Form.Replacement != Form.Again)
        {
            _problem = "The two new passwords are not the same.";
            return;
        }

        var caller = Session.CallerOf(Http.User, RequestId.Of(Http), org: null);
        var changed = await Grains
            .GetGrain<IUserGrain>(Session.Principal.Id)
            .ChangePasswordAsync(
                caller,
                new Sensitive<string>(Form.Current),
                new Sensitive<string>(Form.Replacement),
                Http.RequestAborted
            );
        if (!changed.Ok)
        {
            _problem = Refused.Text(Http, changed.Problem);
            return;
        }

        Navigation.NavigateTo("/");
    }

    private sealed class PasswordForm
    {
        public string? Current { get; set; }

        public string? Replacement { get; set; }

        public string? Again { get; set; }
    }
}
