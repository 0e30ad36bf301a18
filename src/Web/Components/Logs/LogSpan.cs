namespace Palisade.Web.Components.Logs;

/// <summary>A part of a log that is over: nothing new comes.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="Until">Exclusive.</param>
public sealed record LogSpan(DateTimeOffset From, DateTimeOffset Until);
