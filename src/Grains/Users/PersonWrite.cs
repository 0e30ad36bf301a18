using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Users;

/// <summary>
/// What a command of another grain writes to a person's own stream, in the same append: both or neither. Decided again
/// in each round, from the account as of then; a race on it is a lost round like any other.
/// </summary>
internal sealed class PersonWrite(People people, Caller caller, Operation operation)
{
    private StreamWrite? _write;

    /// <summary>Decides for the person; an unknown one is decided for as an account that does not exist.</summary>
    public async ValueTask<Problem?> DecideAsync(
        string userId,
        Func<UserState, Result<Decision<UserEvent, Done>>> decide,
        CancellationToken cancellationToken
    )
    {
        _write = null;
        var person = await people.FindAsync(userId, cancellationToken);
        var state = person?.State ?? new UserState();
        if (!decide(state).TryGet(out var decision, out var problem))
        {
            return problem;
        }

        if (!decision.Events.IsEmpty)
        {
            _write = new StreamWrite(
                StreamId.User(userId),
                person!.Head,
                UserEntries.Of(caller, operation, state, decision.Events.AsSpan())
            )
            {
                Org = "",
            };
        }

        return null;
    }

    public Append Amend(Append append) => _write is null ? append : append with { Writes = append.Writes.Add(_write) };
}
