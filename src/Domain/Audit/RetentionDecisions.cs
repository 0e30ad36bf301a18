using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit;

using AuditDecision = Decision<AuditEvent, Done>;

/// <summary>How long a log keeps what its records say, and what forbids erasing any of it.</summary>
public static class RetentionDecisions
{
    /// <summary>What-if, unused grants and right-sized roles read the last 90 days of records.</summary>
    public const int MinDays = 90;

    /// <summary>Ten years.</summary>
    public const int MaxDays = 3650;

    public const int MaxReason = 300;

    /// <summary>Problem: <c>audit.bad_retention</c>.</summary>
    /// <param name="days">Null: nothing is erased.</param>
    public static Result<AuditDecision> Set(AuditState state, int? days, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(context);
        return days is < MinDays or > MaxDays
                ? new Invalid("audit.bad_retention", $"records are kept for {MinDays} to {MaxDays} days, or for ever")
            : state.RetentionDays == days ? new AuditDecision(default)
            : Of(new RetentionSet(days, context.Now));
    }

    /// <summary>Problems: <c>audit.bad_reason</c>, <c>audit.held</c>.</summary>
    public static Result<AuditDecision> Hold(AuditState state, string reason, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(context);
        return string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason || reason.Any(char.IsControl)
                ? new Invalid("audit.bad_reason", $"a hold has a reason of 1 to {MaxReason} characters on one line")
            : state.Hold is not null
                ? new Conflict("audit.held", "there is a legal hold already") { Suggestion = "lift it first" }
            : Of(new LegalHoldSet(reason, context.Caller.Principal.Id, context.Now));
    }

    /// <summary>Problem: <c>audit.not_held</c>.</summary>
    public static Result<AuditDecision> Lift(AuditState state, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(context);
        return state.Hold is null
            ? new NotFound("audit.not_held", "there is no legal hold")
            : Of(new LegalHoldLifted(context.Now));
    }

    /// <summary>What forbids erasing anything of a log: <c>audit.held</c>. Null when nothing does.</summary>
    public static Problem? CheckErasure(AuditState state, string org)
    {
        ArgumentNullException.ThrowIfNull(state);
        var log = string.IsNullOrEmpty(org) ? "the installation's log" : $"the log of {org}";
        return state.Hold is null
            ? null
            : new Conflict("audit.held", $"{log} is under a legal hold: nothing of it is erased")
            {
                Suggestion = $"have the hold of {log} lifted first, by whoever may set it",
            };
    }

    private static AuditDecision Of(AuditEvent @event) => new(default) { Events = [@event] };
}
