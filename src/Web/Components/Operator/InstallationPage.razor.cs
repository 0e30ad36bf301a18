using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Grains;
using Palisade.Grains.Users;
using Palisade.Storage;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Operator;

/// <summary>What there is, who operates it, and where it may send to.</summary>
public sealed partial class InstallationPage : OperatorPage
{
    private InstallationState? _state;
    private StoreSize _size = null!;
    private ImmutableArray<(string Id, string Name, string Email, DateTimeOffset Since)> _operators = [];

    [Inject]
    private IStore Store { get; set; } = null!;

    [Inject]
    private NodeIdentity Node { get; set; } = null!;

    [Inject]
    private People People { get; set; } = null!;

    [Inject]
    private AccountFinder Accounts { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "remove")]
    private string? Leaving { get; set; }

    [SupplyParameterFromForm(FormName = "remove")]
    private TypedDeed.Input? Typed { get; set; }

    [SupplyParameterFromForm(FormName = "add")]
    private AddForm? Add { get; set; }

    [SupplyParameterFromForm(FormName = "networks")]
    private NetworksForm? Networks { get; set; }

    private protected override Operation Reads => Operations.InstallationRead;

    private protected override async Task LoadAsync()
    {
        if (!(await Installation.GetAsync(Caller, Left)).TryGet(out var state, out var problem))
        {
            Problem = Account.Refused.Text(Http, problem);
            return;
        }

        _size = await Store.SizeAsync(Left);
        var operators = ImmutableArray.CreateBuilder<(string, string, string, DateTimeOffset)>();
        foreach (var (id, since) in state.Operators)
        {
            var person = await People.FindAsync(id, Left);
            operators.Add((id, person is { Name.Length: > 0 } ? person.Name : id, person?.Email ?? "", since));
        }

        (_state, _operators) = (state, operators.ToImmutable());
    }

    private Task AddAsync() =>
        DoAsync(
            Accounts.WithAsync(
                Add?.Email,
                async id => (await Installation.AddOperatorAsync(Caller, id, Left)).Problem,
                Left
            )
        );

    private Task RemoveAsync() =>
        DoAsync(
            _operators.FirstOrDefault(one => one.Id == Leaving) is { Id: { } id } leaving
            && Typed?.Text?.Trim() == leaving.Email
                ? ProblemOf(Installation.RemoveOperatorAsync(Caller, id, Left))
                : Task.FromResult<Problem?>(TypedDeed.Other),
            // Who leaves is no operator any more, to whom these pages are absent.
            Leaving == Caller.Principal.Id
                ? PageGate.TokensPath
                : PageGate.OperatorPath
        );

    private Task AllowAsync() =>
        DoAsync(
            ProblemOf(
                Installation.AllowNetworksAsync(
                    Caller,
                    [
                        .. (Networks?.Text ?? "").Split(
                            ['\n', '\r', ' ', ','],
                            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                        ),
                    ],
                    Left
                )
            )
        );

    private sealed class AddForm
    {
        public string? Email { get; set; }
    }

    private sealed class NetworksForm
    {
        public string? Text { get; set; }
    }
}
