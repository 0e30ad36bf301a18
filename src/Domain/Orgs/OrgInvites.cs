using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

using OrgDecision = Decision<OrgEvent, Done>;

/// <summary>
/// Decisions about invites: they expire, work once, name roles and racks (security.md S17), and pass the escalation
/// guard (S15) twice.
/// </summary>
public static class OrgInvites
{
    /// <summary>Most invites that can be accepted at the same time.</summary>
    public const int MaxPending = 500;

    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(7);

    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    /// <summary>Means that the address is a member's.</summary>
    public static Problem AlreadyMember { get; } =
        new Conflict("member.exists", "this address is a member's already")
        {
            Suggestion = "change the member's roles instead",
        };

    /// <summary>
    /// Problems: unknown or missing roles and racks as for members, <c>access.escalation</c>,
    /// <c>invite.lifetime_invalid</c>, <c>org.too_many_invites</c>, <c>invite.exists</c> for an address that has one.
    /// </summary>
    public static Result<OrgDecision> Send(OrgState state, OrgInvite invite, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(invite);
        var pending = state.Invites.Values.Where(other => other.Expires > context.Now).ToArray();
        var refusal = !state.Exists
            ? OrgProblems.NotFound(state.Name)
            : CheckLifetime(invite.Expires - invite.Sent)
                ?? (pending.Length >= MaxPending ? OrgProblems.TooManyInvites : null)
                ?? (
                    invite.EmailHash is { } hash && pending.Any(other => other.EmailHash == hash)
                        ? OrgProblems.InviteExists
                        : null
                )
                ?? RoleGrants.Check(state, invite.Roles, atLeast: 1)
                ?? new EscalationGuard(state.HeldBy(OrgGuard.Actor(state, context))).CheckChange(
                    [],
                    state.Held(invite.Roles)
                );
        return refusal is not null ? refusal : Of(new InviteSent(invite));
    }

    /// <summary>
    /// A new token for the same roles; whoever sends it again answers for it. Problems: <c>invite.not_found</c>,
    /// <c>invite.lifetime_invalid</c>, <c>access.escalation</c>.
    /// </summary>
    public static Result<OrgDecision> Resend(
        OrgState state,
        string inviteId,
        string ticketId,
        TimeSpan lifetime,
        DecideContext context
    )
    {
        if (!state.Invites.TryGetValue(inviteId ?? "", out var invite))
        {
            return OrgProblems.InviteNotFound;
        }

        var actor = OrgGuard.Actor(state, context);
        return
            (
                CheckLifetime(lifetime)
                ?? new EscalationGuard(state.HeldBy(actor)).CheckChange([], state.Held(invite.Roles))
            )
                is { } refusal
            ? refusal
            : Of(new InviteResent(invite.Id, ticketId, actor!, context.Now + lifetime, context.Now));
    }

    /// <summary>Problem: <c>invite.not_found</c>.</summary>
    public static Result<OrgDecision> Revoke(OrgState state, string inviteId, DecideContext context) =>
        state.Invites.ContainsKey(inviteId ?? "")
            ? Of(new InviteRevoked(inviteId!, context.Now))
            : OrgProblems.InviteNotFound;

    /// <summary>
    /// Whether the token is good, asked before anything else is. Problems: <c>invite.not_found</c> (used, revoked or
    /// sent again: the token's own row says which), <c>invite.expired</c>, <c>invite.void</c>.
    /// </summary>
    public static Result<OrgInvite> Find(OrgState state, string inviteId, string ticketId, DateTimeOffset now) =>
        !state.Invites.TryGetValue(inviteId ?? "", out var invite) || invite.TicketId != ticketId
            ? OrgProblems.InviteNotFound
        : invite.Expires <= now ? OrgProblems.InviteExpired
        : MayStillGive(state, invite) ? invite
        : OrgProblems.InviteVoid;

    /// <summary>
    /// Makes somebody a member. Problems: as <see cref="Find"/>; <c>invite.other_address</c>, <c>member.exists</c>,
    /// <c>org.too_many_members</c>, and <c>invite.void</c> when its roles are gone.
    /// </summary>
    /// <param name="emailHash">Of the account that accepts.</param>
    public static Result<OrgDecision> Accept(
        OrgState state,
        string inviteId,
        string ticketId,
        string userId,
        string emailHash,
        DecideContext context
    )
    {
        if (!Find(state, inviteId, ticketId, context.Now).TryGet(out var invite, out var problem))
        {
            return problem;
        }

        var refusal =
            Suspension.Check(context.Caller.Principal, state.Suspended?.Reason) is { } suspended ? suspended
            : invite.EmailHash is { } bound && bound != emailHash ? OrgProblems.InviteOtherAddress
            : state.Members.ContainsKey(userId) ? OrgProblems.AlreadyMember(userId)
            : OrgProblems.TooManyMembers(state);
        return refusal is not null
            ? refusal
            : Of(
                new InviteAccepted(invite.Id, userId, context.Now),
                new MemberAdded(userId, invite.Roles, context.Now)
            );
    }

    /// <summary>
    /// SECURITY (S15): an invite is a grant that was put off, so it is decided again when it takes effect: who was
    /// removed or demoted since has no way back through a link of their own, and gives nobody what they no longer hold.
    /// </summary>
    private static bool MayStillGive(OrgState state, OrgInvite invite)
    {
        var held = state.HeldBy(invite.By);
        return new CompiledPolicy(state.Name, state.Version, [new(invite.By, held)])
                .Decide(invite.By, Operations.InviteCreate, Resource.Org)
                .Allowed
            && RoleGrants.Check(state, invite.Roles, atLeast: 1) is null
            && new EscalationGuard(held).CheckChange([], state.Held(invite.Roles)) is null;
    }

    private static Problem? CheckLifetime(TimeSpan lifetime) =>
        lifetime > TimeSpan.Zero && lifetime <= MaxLifetime
            ? null
            : new Invalid(
                "invite.lifetime_invalid",
                $"an invite lives at least a moment and at most {MaxLifetime.TotalDays} days"
            );

    private static OrgDecision Of(params ReadOnlySpan<OrgEvent> events) => new(default) { Events = [.. events] };
}
