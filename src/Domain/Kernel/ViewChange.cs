namespace Palisade.Domain.Kernel;

/// <summary>
/// A row of a list, written in the same append as the events it is projected from. Pure <c>Project</c> functions return
/// these. <paramref name="Json"/> null deletes the row. <paramref name="Sort"/> orders a listing within (org, kind),
/// byte-wise.
/// </summary>
/// <param name="Org">Organization, or "" for the installation.</param>
/// <param name="Kind">Closed set in <c>ViewKinds</c>.</param>
/// <param name="Key">Unique within (org, kind); listings select by key prefix, so keys begin with their parent:
/// <c>staging/web/R…</c>.</param>
public sealed record ViewChange(string Org, string Kind, string Key, string? Json)
{
    /// <summary>
    /// What listings order by (for example the creation time, <c>O</c> format); "" when only the key matters.
    /// </summary>
    public string Sort { get; init; } = "";

    /// <summary>
    /// With no <see cref="Json"/>: every row of the kind whose key starts with <see cref="Key"/> goes, and not one row.
    /// </summary>
    public bool Prefix { get; init; }
}
