using System.Collections.Immutable;
using Palisade.Web.Components.Audit;

namespace Palisade.Web.Components.Apps.Timeline;

/// <summary>A part of a timeline.</summary>
/// <param name="Rows">The newest first.</param>
/// <param name="Next">Number of the record before which the list goes on; null: it does not.</param>
/// <param name="MayNotSeeRecords">Why only releases and jobs are there, as a sentence; null: everything is.</param>
public sealed record TimelineFound(ImmutableArray<TimelineRow> Rows, long? Next, string? MayNotSeeRecords)
{
    /// <summary>The log's latest (S31), where its records are there and something is sealed.</summary>
    public LogStatus? Checkpoint { get; init; }
}
