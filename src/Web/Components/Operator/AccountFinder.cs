using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;

namespace Palisade.Web.Components.Operator;

/// <summary>Finds accounts by the address that an operator types.</summary>
internal sealed class AccountFinder(People people)
{
    /// <summary>Does something with the account of that address. Problem: <c>user.not_found</c>.</summary>
    public async Task<Problem?> WithAsync(
        string? email,
        Func<string, Task<Problem?>> act,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(act);
        return
            EmailAddress.TryParse(email, out var address)
            && await people.FindByEmailHashAsync(
                await people.EmailHashAsync(address, cancellationToken),
                cancellationToken
            )
                is { } person
            ? await act(person.State.Id)
            : new NotFound("user.not_found", "nobody has an account with this address")
            {
                Suggestion = "make them one under Accounts first",
            };
    }
}
