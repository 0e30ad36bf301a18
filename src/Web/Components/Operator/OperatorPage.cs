using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Installation;
using Palisade.Grains.Users;
using Palisade.Web.Components.Account;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Operator;

/// <summary>
/// A page of the operator's (S04). Plain forms, no circuit: nothing here is looked at for long, and what is done is
/// done as who the request proves.
/// </summary>
[Layout(typeof(OperatorLayout))]
public abstract class OperatorPage : ComponentBase
{
    [CascadingParameter]
    private protected HttpContext Http { get; set; } = null!;

    [Inject]
    private protected IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private protected IGate Gate { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private protected string? Problem { get; set; }

    private protected CancellationToken Left => Http.RequestAborted;

    private protected Caller Caller => OperatorSession.Of(Http).Caller;

    private protected IInstallationGrain Installation => Grains.GetGrain<IInstallationGrain>(IInstallationGrain.Key);

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [SupplyParameterFromForm(FormName = CodePanel.FormName)]
    private protected CodePanel.Form? Code { get; set; }

    /// <summary>
    /// Whether what is changed here takes a code first: one that was given at the sign-in proved another credential.
    /// </summary>
    private protected bool NeedsCode => StepUp.IsDue(Caller.HasSecondFactor, Caller.SecondFactorAt, Time.GetUtcNow());

    /// <summary>What must be allowed for the page to be read.</summary>
    private protected abstract Operation Reads { get; }

    protected override async Task OnInitializedAsync()
    {
        var decided = await Gate.AuthorizeAsync(Caller, Reads, Resource.Org, Left);
        if (decided.Ok)
        {
            await LoadAsync();
        }
        else
        {
            Problem = Refused.Text(Http, decided.Problem);
        }
    }

    private protected abstract Task LoadAsync();

    private protected Task ConfirmAsync() =>
        DoAsync(
            ProblemOf(
                Grains
                    .GetGrain<IUserGrain>(Caller.Principal.Id)
                    .ProveSecondFactorAsync(Caller, new Sensitive<string>(Code?.Code ?? ""), Left)
            )
        );

    /// <summary>There is nothing of that name: the answer says so to scripts too.</summary>
    private protected void SayAbsent() => Http.Response.StatusCode = StatusCodes.Status404NotFound;

    /// <summary>
    /// Shows a page when it is done, this one unless told otherwise; what is wrong stays on this one.
    /// </summary>
    private protected async Task DoAsync(Task<Problem?> deed, string? then = null)
    {
        ArgumentNullException.ThrowIfNull(deed);
        if (await deed is { } problem)
        {
            Problem = Refused.Text(Http, problem);
            return;
        }

        Navigation.NavigateTo(then ?? Navigation.Uri);
    }

    private protected static async Task<Problem?> ProblemOf<T>(Task<Result<T>> deed) => (await deed).Problem;
}
