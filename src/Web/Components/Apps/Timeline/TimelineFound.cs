using System.Collections.Immutable;

namespace Palisade.Web.Components.Apps.Timeline;

/// <summary>A part of a timeline.</summary>
/// <param name="Rows">The newest first.</param>
/// <param name="Next">Number of the record before which the list goes on; null: it does not.</param>
/// <param name="MayNotSeeRecords">Why only releases and jobs are there, as a sentence; null: everything is.</param>
public sealed record TimelineFound(ImmutableArray<TimelineRow> Rows, long? Next, string? MayNotSeeRecords);
