namespace Palisade.Web.Components.Shell.Palette;

/// <summary>Somewhere in the console that a person may go to.</summary>
/// <param name="Name">What it is found by and shown as, as <c>local/hello releases</c>.</param>
/// <param name="Link">Where it is.</param>
/// <param name="Environment">Label of its rack; null: it is on none.</param>
public sealed record Place(string Name, string Link, string? Environment = null);
