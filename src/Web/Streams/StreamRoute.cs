namespace Palisade.Web.Streams;

/// <summary>Marks a route that is a websocket.</summary>
internal sealed record StreamRoute(StreamKind Kind);
