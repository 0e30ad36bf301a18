namespace Palisade.Domain.Orgs;

/// <summary>An organization in the operator's list: that it is there, and nothing of what is inside.</summary>
/// <param name="Suspended">Since when; none: it is not.</param>
/// <param name="Quotas">None: nothing was said of it.</param>
public sealed record OrgRow(
    string Name,
    DateTimeOffset Created,
    DateTimeOffset? Suspended = null,
    string? Reason = null,
    OrgQuotas? Quotas = null
);
