using System.Globalization;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Web.Hosting;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Account;

/// <summary>Sign-in with email and password. A plain form: it works without scripts.</summary>
public sealed partial class LoginPage
{
    private string? _problem;

    [Inject] private SignIn SignIn { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private PasswordThrottle Throttle { get; set; } = null!;

    [CascadingParameter] private HttpContext Http { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "sign-in")] private LoginForm? Form { get; set; }

    [SupplyParameterFromQuery] private string? ReturnUrl { get; set; }

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

        var wait = Throttle.Wait(Http);
        if (wait > TimeSpan.Zero)
        {
            var seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            Http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Http.Response.Headers.RetryAfter = seconds;
            _problem = $"Too many attempts from your address. Try again in {seconds} s.";
            return;
        }

        var caller = PageSession.Unproven(Http, RequestId.Of(Http));
        var issued = await SignIn.WithPasswordAsync(caller, Form.Email.Trim(), new Sensitive<string>(Form.Password), Http.RequestAborted);
        if (!issued.TryGet(out var session, out var refusal))
        {
            Throttle.Failed(Http);
            _problem = Sentence.Of(refusal);
            return;
        }

        SessionCookie.Set(Http, session.Secret, session.Expires);
        Navigation.NavigateTo(Palisade.Web.Pages.Sessions.ReturnUrl.Safe(ReturnUrl));
    }

    private sealed class LoginForm
    {
        public string? Email { get; set; }

        public string? Password { get; set; }
    }
}
