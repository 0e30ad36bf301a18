using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// An organization that the operator suspended: its people and keys can do nothing in it, whatever they hold. What runs
/// goes on running: the process itself is not held back.
/// </summary>
public static class Suspension
{
    public const string Code = "org.suspended";

    /// <summary>Problem: <c>org.suspended</c>.</summary>
    /// <param name="reason">Null: it is not suspended.</param>
    public static Problem? Check(Principal who, string? reason)
    {
        ArgumentNullException.ThrowIfNull(who);
        return reason is not null && who.Kind != PrincipalKind.System
            ? new Forbidden(
                Code,
                $"the operator of this installation suspended this organization: {Printable.Of(reason)}"
            )
            {
                Suggestion = "ask the operator; what runs goes on running",
            }
            : null;
    }
}
