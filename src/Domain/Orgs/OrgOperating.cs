using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

using OrgDecision = Decision<OrgEvent, Done>;

/// <summary>
/// Decisions of the installation's operator about an organization from outside (S04): how much it may take, and whether
/// its people and keys may do anything at all.
/// </summary>
public static class OrgOperating
{
    /// <summary>Longest text of why an organization is suspended.</summary>
    public const int MaxReason = 300;

    /// <summary>Replaces all of them. Problems: <c>org.not_found</c>, <c>org.quota_invalid</c>.</summary>
    public static Result<OrgDecision> SetQuotas(OrgState state, string org, OrgQuotas quotas)
    {
        ArgumentNullException.ThrowIfNull(quotas);
        return !state.Exists ? OrgProblems.NotFound(org)
            : quotas.Check() is { } invalid ? invalid
            : state.Quotas == quotas ? new OrgDecision(default)
            : Of(new OrgQuotasSet(quotas));
    }

    /// <summary>Problems: <c>org.not_found</c>, <c>org.reason_missing</c>.</summary>
    /// <param name="reason">Its people are told it.</param>
    public static Result<OrgDecision> Suspend(OrgState state, string org, string reason, DecideContext context) =>
        !state.Exists ? OrgProblems.NotFound(org)
        : string.IsNullOrWhiteSpace(reason)
            ? new Invalid("org.reason_missing", "say why: the organization's people are told it")
        : state.Suspended is not null ? new OrgDecision(default)
        : Of(new OrgSuspended(Printable.Line(reason, MaxReason), context.Now));

    /// <summary>Problem: <c>org.not_found</c>.</summary>
    public static Result<OrgDecision> Resume(OrgState state, string org, DecideContext context) =>
        !state.Exists ? OrgProblems.NotFound(org)
        : state.Suspended is null ? new OrgDecision(default)
        : Of(new OrgResumed(context.Now));

    private static OrgDecision Of(OrgEvent @event) => new(default) { Events = [@event] };
}
