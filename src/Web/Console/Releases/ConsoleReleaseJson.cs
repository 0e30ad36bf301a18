namespace Palisade.Web.Console.Releases;

/// <param name="From">The release that ran when it was planned, "" for none: refused when that is no longer so. Left
/// out: whatever runs.</param>
/// <param name="Force">Also while another change is under way.</param>
/// <param name="Timeout">Seconds until it must be healthy: 1 to 7,200, 2,100 by default.</param>
public sealed record PromoteJson(string? From = null, bool Force = false, int? Timeout = null);

/// <param name="From">The release that ran when it was planned: refused when that is no longer so. Left out: whatever
/// runs.</param>
public sealed record RollBackJson(string? From = null);

/// <param name="Release">The new one, which is on its way.</param>
public sealed record RolledBackJson(string Release);

/// <param name="Release">Which; it may have been pruned since.</param>
/// <param name="Change"><c>add</c>, <c>change</c> or <c>remove</c>.</param>
/// <param name="At">When.</param>
/// <param name="By">Id of who made it.</param>
public sealed record KeyChangeJson(string Release, string Change, DateTimeOffset At, string By);
