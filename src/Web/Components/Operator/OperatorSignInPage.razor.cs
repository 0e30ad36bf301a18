using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Web.Components.Account;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Operator;

/// <summary>Asks an operator for their password once more: a session alone never acts as one (S04).</summary>
public sealed partial class OperatorSignInPage
{
    private bool _proven;
    private string? _problem;
    private string _email = "";

    [Inject]
    private OperatorSessions Operators { get; set; } = null!;

    [Inject]
    private People People { get; set; } = null!;

    [Inject]
    private PageStepUp Proof { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "operator")]
    private PasswordForm? Form { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    private PageSession Session => PageSession.Of(Http);

    private bool NeedsCode => !_proven && Proof.IsNeeded(Session);

    private string Back =>
        Palisade.Web.Pages.Sessions.ReturnUrl.Safe(ReturnUrl) is var url
        && url.StartsWith(PageGate.OperatorPath, StringComparison.Ordinal)
        && !url.StartsWith(PageGate.OperatorSignInPath, StringComparison.Ordinal)
        && !url.StartsWith(PageGate.OperatorSignOutPath, StringComparison.Ordinal)
            ? url
            : PageGate.OperatorPath;

    protected override async Task OnInitializedAsync() =>
        _email = (await People.FindAsync(Session.Principal.Id, Http.RequestAborted))?.Email ?? "";

    private async Task BeginAsync()
    {
        if (string.IsNullOrEmpty(Form?.Password))
        {
            _problem = "Give your password.";
            return;
        }

        if (!(await Proof.ProveAsync(Http, Form.Code)).TryGet(out var caller, out var problem))
        {
            _problem = Refused.Text(Http, problem);
            return;
        }

        _proven = true;
        var begun = await Operators.BeginAsync(Http, caller, new Sensitive<string>(Form.Password));
        if (begun.Ok)
        {
            Navigation.NavigateTo(Back);
            return;
        }

        _problem = Refused.Text(Http, begun.Problem);
    }

    private sealed class PasswordForm
    {
        public string? Password { get; set; }

        public string? Code { get; set; }
    }
}
