using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Users;
using Palisade.Web.Hosting;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Account;

/// <summary>
/// One's second factor: set up with a picture to scan, recovery codes that are shown once, turned off. Plain forms: it
/// works without scripts. What is secret is only ever in the answer to the form that asked for it.
/// </summary>
public sealed partial class SecondFactorPage
{
    private string? _problem;
    private UserInfo? _account;
    private FactorDraft? _draft;
    private bool _confirmed;
    private ImmutableArray<Sensitive<string>> _codes = [];
    private ImmutableArray<string> _requiredBy = [];

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private Policies Policies { get; set; } = null!;

    [Inject]
    private PageStepUp Proof { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "begin")]
    private PasswordForm? Begin { get; set; }

    [SupplyParameterFromForm(FormName = "confirm")]
    private CodeForm? Confirm { get; set; }

    [SupplyParameterFromForm(FormName = "renew")]
    private CodeForm? Renew { get; set; }

    [SupplyParameterFromForm(FormName = "remove")]
    private CodeForm? Remove { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    private string Back => Palisade.Web.Pages.Sessions.ReturnUrl.Safe(ReturnUrl);

    private string Here => Palisade.Web.Pages.Sessions.ReturnUrl.With(PageGate.SecondFactorPath, ReturnUrl);

    private PageSession Session => PageSession.Of(Http);

    private Caller Caller => Session.CallerOf(Http.User, RequestId.Of(Http), org: null);

    private IUserGrain Own => Grains.GetGrain<IUserGrain>(Session.Principal.Id);

    private bool NeedsCode => Proof.IsNeeded(Session);

    protected override async Task OnInitializedAsync()
    {
        var read = await Own.GetAsync(Caller, Http.RequestAborted);
        if (!read.TryGet(out _account, out var problem))
        {
            _problem = Refused.Text(Http, problem);
            return;
        }

        foreach (var org in Session.Organizations)
        {
            if ((await Policies.OfAsync(org, Http.RequestAborted)).RequiresSecondFactor)
            {
                _requiredBy = _requiredBy.Add(org);
            }
        }
    }

    private async Task BeginAsync()
    {
        if (string.IsNullOrEmpty(Begin?.Password))
        {
            _problem = "Give your password.";
            return;
        }

        var proposed = await Own.ProposeSecondFactorAsync(Caller, new(Begin.Password), Http.RequestAborted);
        if (!proposed.TryGet(out _draft, out var problem))
        {
            _problem = Refused.Text(Http, problem);
        }
    }

    private async Task ConfirmAsync()
    {
        var confirmed = await Own.ConfirmSecondFactorAsync(Caller, new(Confirm?.Code ?? ""), Http.RequestAborted);
        _confirmed = confirmed.Ok;
        Show(confirmed);
    }

    private async Task RenewAsync()
    {
        if ((await Proof.ProveAsync(Http, Renew?.Code)).TryGet(out var caller, out var problem))
        {
            Show(await Own.ReplaceRecoveryCodesAsync(caller, Http.RequestAborted));
            return;
        }

        _problem = Refused.Text(Http, problem);
    }

    private async Task RemoveAsync()
    {
        if (
            !(await Proof.ProveAsync(Http, Remove?.Code)).TryGet(out var caller, out var problem)
            || !(await Own.RemoveSecondFactorAsync(caller, Http.RequestAborted)).TryGet(out _, out problem)
        )
        {
            _problem = Refused.Text(Http, problem);
            return;
        }

        Navigation.NavigateTo(Here);
    }

    private void Show(Result<ImmutableArray<Sensitive<string>>> codes)
    {
        if (codes.Ok)
        {
            _codes = codes.Value;
        }
        else
        {
            _problem = Refused.Text(Http, codes.Problem);
        }
    }

    private static string Grouped(string secret) => string.Join(' ', secret.Chunk(4).Select(part => new string(part)));

    private sealed class PasswordForm
    {
        public string? Password { get; set; }
    }

    private sealed class CodeForm
    {
        public string? Code { get; set; }
    }
}
