using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Shell.Notices;

/// <summary>What became of something that the reader began.</summary>
/// <param name="App"><c>rack/app</c>.</param>
public sealed record Notice(Tone Tone, string App, string Text);
