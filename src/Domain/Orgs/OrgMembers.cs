using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

using OrgDecision = Decision<OrgEvent, Done>;

/// <summary>Decisions about an organization's existence and members.</summary>
public static class OrgMembers
{
    /// <summary>
    /// The operator creates it; <paramref name="administrator"/> is a user's id and becomes its first Administrator, on
    /// all racks.
    /// </summary>
    public static Result<OrgDecision> Create(OrgState state, string name, string administrator, DecideContext context)
    {
        if (state.Exists)
        {
            return OrgProblems.Exists(state.Name);
        }

        if (!Names.IsValid(name))
        {
            return OrgProblems.NameInvalid(name);
        }

        if (!IsUser(administrator))
        {
            return OrgProblems.UserInvalid;
        }

        return Of(
            new OrgCreated(name, context.Now),
            new MemberAdded(administrator, [RoleGrant.OnAllRacks(BuiltInRoles.Administrator)], context.Now)
        );
    }

    /// <summary>Problems: unknown or missing roles, an existing member, <c>access.escalation</c>.</summary>
    public static Result<OrgDecision> Add(
        OrgState state,
        string userId,
        ImmutableArray<RoleGrant> roles,
        DecideContext context
    )
    {
        var refusal =
            !state.Exists ? OrgProblems.NotFound(state.Name)
            : !IsUser(userId) ? OrgProblems.UserInvalid
            : state.Members.ContainsKey(userId) ? OrgProblems.AlreadyMember(userId)
            : OrgProblems.TooManyMembers(state) is { } full ? full
            : RoleGrants.Check(state, roles, atLeast: 1);
        return refusal is not null ? refusal : Guarded(state, context, new MemberAdded(userId, roles, context.Now));
    }

    /// <summary>
    /// Problems: as <see cref="Add"/>, and <c>org.last_administrator</c>, <c>member.roles_stale</c>. Who is in a
    /// group may have no roles beside it.
    /// </summary>
    /// <param name="from">What they must still be; null: whatever they are.</param>
    public static Result<OrgDecision> SetRoles(
        OrgState state,
        string userId,
        ImmutableArray<RoleGrant> roles,
        DecideContext context,
        ImmutableArray<RoleGrant>? from = null
    )
    {
        if (!state.Members.TryGetValue(userId ?? "", out var member))
        {
            return OrgProblems.NotMember(userId ?? "");
        }

        return from is { } known && !member.Roles.SequenceEqual(known) ? OrgProblems.RolesStale
            : RoleGrants.Check(state, roles, atLeast: member.Groups.IsEmpty ? 1 : 0) is { } refusal ? refusal
            : member.Roles.SequenceEqual(roles) ? new OrgDecision(default)
            : Guarded(state, context, new MemberRolesSet(member.UserId, roles));
    }

    /// <summary>Problems: <c>member.not_found</c>, <c>org.last_administrator</c>.</summary>
    public static Result<OrgDecision> Remove(OrgState state, string userId)
    {
        if (!state.Members.ContainsKey(userId ?? ""))
        {
            return OrgProblems.NotMember(userId ?? "");
        }

        var removed = new MemberRemoved(userId!);
        return OrgGuard.CheckAdministrator(state, OrgStateFold.Apply(state, removed)) is { } refusal
            ? refusal
            : Of(removed);
    }

    /// <summary>
    /// Erases what the organization's log says of somebody who is no member any more. Problems:
    /// <c>member.not_found</c>, <c>member.still_here</c>.
    /// </summary>
    /// <param name="known">The log holds something personal of them.</param>
    public static Result<OrgDecision> Erase(OrgState state, string userId, bool known, DecideContext context) =>
        !IsUser(userId) ? OrgProblems.NotMember(userId ?? "")
        : state.Members.ContainsKey(userId) ? OrgProblems.StillMember
        : !known ? OrgProblems.NotMember(userId)
        : Of(new MemberErased(userId, context.Now));

    /// <summary>
    /// Whether the caller may reset a member's credentials: whoever does so could sign in as that member, so they must
    /// hold all that the member holds (security.md S15).
    /// </summary>
    public static Problem? CheckReset(OrgState state, string userId, DecideContext context) =>
        !state.Members.TryGetValue(userId ?? "", out var member)
            ? OrgProblems.NotMember(userId ?? "")
            : new EscalationGuard(state.HeldBy(OrgGuard.Actor(state, context))).CheckImpersonation(state.Held(member));

    /// <summary>
    /// Problems: those of <see cref="CheckReset"/>; <c>member.self</c>, since one's own are changed under Account,
    /// where the password is asked for.
    /// </summary>
    public static Result<OrgDecision> Reset(
        OrgState state,
        string userId,
        bool password,
        bool secondFactor,
        DecideContext context
    ) =>
        CheckReset(state, userId, context) is { } problem ? problem
        : userId == OrgGuard.Actor(state, context) ? OrgProblems.Self
        : Of(new MemberReset(userId, password, secondFactor, context.Now));

    private static bool IsUser(string? userId) =>
        userId is { Length: > 0 and <= 100 } && !userId.Any(c => char.IsControl(c) || c is '/' or '%');

    private static Result<OrgDecision> Guarded(OrgState state, DecideContext context, OrgEvent @event) =>
        OrgGuard.Check(state, context, @event) is { } refusal ? refusal : Of(@event);

    private static OrgDecision Of(params ReadOnlySpan<OrgEvent> events) => new(default) { Events = [.. events] };
}
