using System.Collections.Immutable;

namespace Palisade.Web.Components.Audit;

/// <summary>Records that one checkpoint covers, the newest first.</summary>
/// <param name="AreAll">There are no older ones of what was looked for.</param>
/// <param name="Status">Null: nothing is sealed yet.</param>
public sealed record CoveredRecords(ImmutableArray<AuditRow> Rows, bool AreAll, LogStatus? Status);
