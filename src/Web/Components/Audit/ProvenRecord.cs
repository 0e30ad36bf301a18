namespace Palisade.Web.Components.Audit;

/// <summary>A record and whether it is proven to be in the log.</summary>
/// <param name="Status">The checkpoint that it is proven against.</param>
/// <param name="IsWhole">Its hash is that of what it says; null: retention erased what it said.</param>
/// <param name="IsIncluded">Its hash is a leaf of the checkpoint's tree.</param>
public sealed record ProvenRecord(AuditRow Row, LogStatus Status, bool? IsWhole, bool IsIncluded)
{
    public bool Holds => IsIncluded && Status.Holds && IsWhole != false;
}
