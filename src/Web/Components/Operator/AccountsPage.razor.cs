using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Storage.Views;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Operator;

/// <summary>Who has an account here.</summary>
public sealed partial class AccountsPage : OperatorPage
{
    public const string Path = $"{PageGate.OperatorPath}/users";

    /// <summary>More rows are not drawn: the newest are, and a search finds the others.</summary>
    private const int Most = 100;

    private ImmutableArray<AccountRow> _rows = [];

    [Inject]
    private IViews Views { get; set; } = null!;

    [Inject]
    private People People { get; set; } = null!;

    [Inject]
    private IIdSource Ids { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromForm(FormName = "register")]
    private RegisterForm? Register { get; set; }

    private protected override Operation Reads => Operations.UserList;

    public static string PathOf(string id) => $"{Path}/{Uri.EscapeDataString(id)}";

    private protected override async Task LoadAsync()
    {
        // Names and addresses are sealed: to find one is to open all, so that is done for a search only.
        var search = Search?.Trim() ?? "";
        var known = new List<UserRow>();
        await foreach (var row in Views.AllAsync(new("", ViewKinds.User, "") { Descending = true }, Left))
        {
            known.Add(ViewJson.Read<UserRow>(row.Json));
            if (search.Length == 0 && known.Count > Most)
            {
                break;
            }
        }

        var rows = ImmutableArray.CreateBuilder<AccountRow>(known.Count);
        await foreach (var person in People.FindAllAsync(known.Select(row => row.Id), Left))
        {
            rows.Add(new(known[rows.Count], person));
        }

        _rows = [.. rows.Where(row => row.IsLike(search))];
    }

    private Task RegisterAsync()
    {
        var id = $"u{Ids.Hex(6)}";
        var command = new RegisterUser(
            Register?.Email?.Trim() ?? "",
            Register?.Name?.Trim() ?? "",
            new(Register?.Password ?? ""),
            MustChangePassword: true
        );
        return DoAsync(ProblemOf(Grains.GetGrain<IUserGrain>(id).RegisterAsync(Caller, command, Left)), PathOf(id));
    }

    private sealed class RegisterForm
    {
        public string? Email { get; set; }

        public string? Name { get; set; }

        public string? Password { get; set; }
    }
}
