using System.Collections.Immutable;

namespace Palisade.Web.Console;

/// <summary>A part of a list.</summary>
/// <param name="Next">The <c>cursor</c> that asks for the part that follows; none: this was the last.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? Next = null);
