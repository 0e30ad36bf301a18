using Palisade.Domain.Access;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Users;

/// <summary>What operators do to an account.</summary>
public sealed partial class UserGrain
{
    public Task<Result<Done>> DisableAsync(Caller caller, string reason, CancellationToken cancellationToken = default)
    {
        // INVARIANT: an operator's account is not disabled (see IInstallationGrain), so that the last operator can
        // always sign in.
        ReadGuard? guard = null;
        var scope = new CommandScope(caller, Operations.UserDisable)
        {
            Amend = append => append with { Guards = [guard!], Tickets = [new TicketWrite.RevokeAll(UserId, null)] },
        };
        return CommandAsync<Done>(
            scope,
            async (state, context) =>
            {
                (var isOperator, guard) = await installation.IsOperatorAsync(UserId, cancellationToken);
                return isOperator ? InstallationProblems.IsOperator : UserDecisions.Disable(state, reason, context);
            },
            cancellationToken
        );
    }

    public Task<Result<Done>> EnableAsync(Caller caller, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.UserDisable), UserDecisions.Enable, cancellationToken);
}
