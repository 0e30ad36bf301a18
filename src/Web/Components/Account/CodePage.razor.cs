using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Account;

/// <summary>The second step of a sign-in: a code of the app, or a recovery code.</summary>
public sealed partial class CodePage
{
    private string? _problem;

    [Inject]
    private PageSignIn SignIn { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "code")]
    private CodeForm? Form { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    private string Back => Palisade.Web.Pages.Sessions.ReturnUrl.With(PageSignIn.Path, ReturnUrl);

    protected override async Task OnInitializedAsync()
    {
        if (!await SignIn.IsPendingAsync(Http))
        {
            Navigation.NavigateTo(Back);
        }
    }

    private async Task ConfirmAsync()
    {
        if (string.IsNullOrWhiteSpace(Form?.Code))
        {
            _problem = "Give a code.";
            return;
        }

        var completed = await SignIn.CompleteAsync(Http, new Sensitive<string>(Form.Code));
        if (!completed.Ok)
        {
            _problem = Refused.Text(Http, completed.Problem);
            return;
        }

        Navigation.NavigateTo(Palisade.Web.Pages.Sessions.ReturnUrl.Safe(ReturnUrl));
    }

    private sealed class CodeForm
    {
        public string? Code { get; set; }
    }
}
