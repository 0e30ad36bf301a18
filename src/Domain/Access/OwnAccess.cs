using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// Decides what no organization's role can grant: one's own account, the installation (S04), and the process itself.
/// </summary>
public static class OwnAccess
{
    /// <param name="owner">For account operations, whose account it is.</param>
    /// <returns>Whether it is allowed; false for operations that roles decide.</returns>
    public static bool IsAllowed(Caller? caller, Operation? operation, string? owner = null) =>
        (operation?.Scope, caller?.Principal.Kind) switch
        {
            (OperationScope.Account, PrincipalKind.User) => IsOwn(caller!, owner),

            // SECURITY: an operator acts in no organization, so not through a credential of the account either that it
            // could make for itself.
            (OperationScope.Account, PrincipalKind.Operator) => IsOwn(caller!, owner)
                && (
                    operation == Operations.SignIn
                    || operation == Operations.SignOut
                    || operation == Operations.AccountGet
                    || operation == Operations.AccountConfirm
                    || operation == Operations.OperatorTokenRevoke
                ),
            (OperationScope.Installation, PrincipalKind.Operator) => true,
            (OperationScope.System, PrincipalKind.System) => true,
            _ => false,
        };

    private static bool IsOwn(Caller caller, string? owner) =>
        caller.Principal.Id.Length > 0 && string.Equals(caller.Principal.Id, owner, StringComparison.Ordinal);
}
