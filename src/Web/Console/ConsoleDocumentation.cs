using System.Collections.Immutable;

namespace Palisade.Web.Console;

/// <summary>What the OpenAPI document says of a route beyond its types.</summary>
public sealed record ConsoleDocumentation(string Summary, ImmutableArray<(string Name, string Description)> Query);
