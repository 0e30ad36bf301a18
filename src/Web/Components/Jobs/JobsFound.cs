using System.Collections.Immutable;

namespace Palisade.Web.Components.Jobs;

/// <summary>A part of the list of jobs.</summary>
/// <param name="Next">Id of the last one, after which the list goes on; null: it does not.</param>
public sealed record JobsFound(ImmutableArray<JobLine> Lines, string? Next);
