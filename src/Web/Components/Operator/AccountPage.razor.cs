using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Storage.Views;

namespace Palisade.Web.Components.Operator;

/// <summary>One account: disabled, enabled again, erased.</summary>
public sealed partial class AccountPage : OperatorPage
{
    private AccountRow? _row;

    [Parameter]
    public string UserId { get; set; } = "";

    [Inject]
    private IViews Views { get; set; } = null!;

    [Inject]
    private People People { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "disable")]
    private ReasonForm? Disable { get; set; }

    [SupplyParameterFromForm(FormName = "erase")]
    private EraseForm? Erase { get; set; }

    private protected override Operation Reads => Operations.UserList;

    private IUserGrain User => Grains.GetGrain<IUserGrain>(UserId);

    // Any other text is no key of a grain, and no name of a stream.
    private protected override async Task LoadAsync()
    {
        if (await Views.GetAsync("", ViewKinds.User, UserId, Left) is not { } json)
        {
            SayAbsent();
            return;
        }

        _row = new(ViewJson.Read<UserRow>(json), await People.FindAsync(UserId, Left));
    }

    private Task DisableAsync() =>
        DoAsync(OfUserAsync(user => user.DisableAsync(Caller, Disable?.Reason?.Trim() ?? "", Left)));

    private Task EnableAsync() => DoAsync(OfUserAsync(user => user.EnableAsync(Caller, Left)));

    /// <summary>What can't be undone is asked for with the address as well.</summary>
    private Task EraseAsync() =>
        DoAsync(
            EmailAddress.TryParse(Erase?.Email, out var address) && address.Value == _row?.Email
                ? OfUserAsync(user => user.EraseAsync(Caller, Left))
                : Task.FromResult<Problem?>(
                    new Conflict("user.other_email", "that is not the address of this account")
                    {
                        Suggestion = "type it as it stands above",
                    }
                )
        );

    private Task<Problem?> OfUserAsync(Func<IUserGrain, Task<Result<Done>>> act) =>
        _row is null
            ? Task.FromResult<Problem?>(Domain.Installation.InstallationProblems.UserNotFound)
            : ProblemOf(act(User));

    private sealed class ReasonForm
    {
        public string? Reason { get; set; }
    }

    private sealed class EraseForm
    {
        public string? Email { get; set; }
    }
}
