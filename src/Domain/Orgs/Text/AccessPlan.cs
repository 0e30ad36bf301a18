using System.Collections.Immutable;

namespace Palisade.Domain.Orgs.Text;

public enum PlanAction
{
    Create,
    Update,
    Delete,
}

public enum PlanSubject
{
    Role,
    Group,
    Member,
}

/// <summary>One step, with its reason and what changes, line by line.</summary>
public sealed record PlanStep(PlanAction Action, PlanSubject Subject, string Name, string Reason)
{
    /// <summary>With <c>+ </c> or <c>- </c> before each line of text that comes or goes.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];
}

/// <summary>
/// What a document would change, and a fingerprint of exactly that: applying names it, and another plan is refused.
/// </summary>
public sealed record AccessPlan(ImmutableArray<PlanStep> Steps, string Hash)
{
    /// <summary>Most changes of a document that can be applied: they are one append.</summary>
    public const int MaxChanges = 250;
}
