namespace Palisade.Racks.Local.Router;

/// <summary>
/// How a drain ended: <see cref="CutSessions"/> were still open when the time was up and have been closed.
/// </summary>
public sealed record DrainOutcome(long CutSessions);
