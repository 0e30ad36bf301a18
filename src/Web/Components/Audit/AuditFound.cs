using System.Collections.Immutable;
using Palisade.Storage.Audit;

namespace Palisade.Web.Components.Audit;

/// <summary>A part of what a search found, the newest first.</summary>
/// <param name="Next">Where the part before it begins; null: this was the first.</param>
/// <param name="Counts">Of all records of the days, whatever else is looked for.</param>
/// <param name="Names">Of actors that are counted, by id.</param>
/// <param name="Status">Null: nothing is sealed yet.</param>
public sealed record AuditFound(
    ImmutableArray<AuditRow> Rows,
    long? Next,
    ImmutableArray<FacetCount> Counts,
    ImmutableDictionary<string, string> Names,
    LogStatus? Status
);
