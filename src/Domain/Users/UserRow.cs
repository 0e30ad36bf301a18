using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>An account in the operator's list. Who it is stays in the sealed fields of its own stream (S30).</summary>
public sealed record UserRow(string Id, DateTimeOffset Created, DateTimeOffset? Disabled, DateTimeOffset? Erased = null)
{
    public static ImmutableArray<ViewChange> Project(UserState after, UserEvent @event)
    {
        ArgumentNullException.ThrowIfNull(after);
        return @event is UserRegistered or UserDisabled or UserEnabled or UserErased
            ?
            [
                new ViewChange(
                    "",
                    ViewKinds.User,
                    after.Id,
                    ViewJson.Write(new UserRow(after.Id, after.Created, after.Disabled, after.Erased))
                )
                {
                    Sort = ViewJson.Sortable(after.Created),
                },
            ]
            : [];
    }
}
