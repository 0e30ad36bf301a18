using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Web.Hosting;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Account;

/// <summary>One's CLI tokens and sessions: made, listed with their last use, revoked. Plain forms.</summary>
public sealed partial class TokensPage
{
    private string? _problem;
    private IssuedCredential? _issued;
    private ImmutableArray<CredentialInfo> _tokens = [];
    private ImmutableArray<CredentialInfo> _sessions = [];

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private PageStepUp Proof { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "issue")]
    private TokenForm? Issue { get; set; }

    private PageSession Session => PageSession.Of(Http);

    private Caller Caller => Session.CallerOf(Http.User, RequestId.Of(Http), org: null);

    private IUserGrain Own => Grains.GetGrain<IUserGrain>(Session.Principal.Id);

    private bool NeedsCode => Proof.IsNeeded(Session);

    protected override Task OnInitializedAsync() => ListAsync();

    private async Task IssueAsync()
    {
        if (Issue?.Days is not { } days)
        {
            _problem = "Say for how many days.";
            return;
        }

        var command = new IssueCredential(CredentialKinds.Cli, Issue.Name?.Trim() ?? "", TimeSpan.FromDays(days))
        {
            Networks = [.. (Issue.Networks ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)],
        };
        if (
            !(await Proof.ProveAsync(Http, Issue.Code)).TryGet(out var caller, out var problem)
            || !(await Own.IssueCredentialAsync(caller, command, Http.RequestAborted)).TryGet(out _issued, out problem)
        )
        {
            _problem = Refused.Text(Http, problem);
            return;
        }

        Issue = null;
        await ListAsync();
    }

    private async Task RevokeAsync(string kind, string id)
    {
        var revoked = await Own.RevokeCredentialAsync(Caller, kind, id, Http.RequestAborted);
        if (!revoked.Ok)
        {
            _problem = Refused.Text(Http, revoked.Problem);
            return;
        }

        Navigation.NavigateTo(PageGate.TokensPath);
    }

    private async Task ListAsync()
    {
        if (
            !(await Own.ListCredentialsAsync(Caller, CredentialKinds.Cli, Http.RequestAborted)).TryGet(
                out _tokens,
                out var problem
            )
            || !(await Own.ListCredentialsAsync(Caller, CredentialKinds.Session, Http.RequestAborted)).TryGet(
                out _sessions,
                out problem
            )
        )
        {
            _problem = Refused.Text(Http, problem);
        }
    }

    private sealed class TokenForm
    {
        public string? Name { get; set; }

        public int? Days { get; set; }

        public string? Networks { get; set; }

        public string? Code { get; set; }
    }
}
