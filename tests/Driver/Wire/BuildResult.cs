namespace Palisade.Driver.Wire;

/// <summary>What <c>build</c> and <c>deploy</c> print.</summary>
/// <param name="BuildId">The build.</param>
/// <param name="ReleaseId">The release that it made.</param>
/// <param name="Log">The build log as the client prints it: the first reading, and of the second what goes beyond
/// it.</param>
public sealed record BuildResult(string BuildId, string ReleaseId, string Log);
