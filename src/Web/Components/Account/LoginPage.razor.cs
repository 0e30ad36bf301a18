using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Account;

/// <summary>Sign-in with email and password. A plain form: it works without scripts.</summary>
public sealed partial class LoginPage
{
    private string? _problem;

    [Inject]
    private PageSignIn SignIn { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "sign-in")]
    private LoginForm? Form { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    protected override void OnInitialized()
    {
        if (HttpMethods.IsGet(Http.Request.Method) && Http.Features.Get<PageSession>() is not null)
        {
            Navigation.NavigateTo(Palisade.Web.Pages.Sessions.ReturnUrl.Safe(ReturnUrl));
        }
    }

    private async Task SignInAsync()
    {
        if (string.IsNullOrWhiteSpace(Form?.Email) || string.IsNullOrEmpty(Form.Password))
        {
            _problem = "Give your email and your password.";
            return;
        }

        var begun = await SignIn.BeginAsync(Http, Form.Email.Trim(), new Sensitive<string>(Form.Password));
        if (!begun.TryGet(out var needsSecond, out var refusal))
        {
            _problem = Refused.Text(Http, refusal);
            return;
        }

        Navigation.NavigateTo(
            needsSecond
                ? Palisade.Web.Pages.Sessions.ReturnUrl.With(PageSignIn.CodePath, ReturnUrl)
                : Palisade.Web.Pages.Sessions.ReturnUrl.Safe(ReturnUrl)
        );
    }

    private sealed class LoginForm
    {
        public string? Email { get; set; }

        public string? Password { get; set; }
    }
}
