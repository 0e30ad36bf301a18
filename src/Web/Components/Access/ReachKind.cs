namespace Palisade.Web.Components.Access;

/// <summary>How a form chooses racks or apps.</summary>
public enum ReachKind
{
    /// <summary>All, those to come too.</summary>
    All,

    /// <summary>Those that are named.</summary>
    Named,

    /// <summary>Those whose whole name matches a pattern.</summary>
    Pattern,
}
