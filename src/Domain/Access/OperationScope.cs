namespace Palisade.Domain.Access;

/// <summary>The smallest address that an operation needs, and with it who decides.</summary>
public enum OperationScope
{
    /// <summary>The process itself, between decisions: only <c>Principal.System</c>.</summary>
    System,

    /// <summary>The installation: only the operator (security.md S04).</summary>
    Installation,

    /// <summary>The caller's own account: any signed-in user, on themself only.</summary>
    Account,

    /// <summary>The organization; a rack or app may be named as well and then selectors apply to it.</summary>
    Org,

    /// <summary>One rack.</summary>
    Rack,

    /// <summary>One app of one rack.</summary>
    App,
}
