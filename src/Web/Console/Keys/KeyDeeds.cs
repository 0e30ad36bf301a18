using System.Collections.Immutable;

namespace Palisade.Web.Console.Keys;

/// <summary>What a deploy key did, as far as it is known.</summary>
/// <param name="Did">What is recorded of it, the newest first.</param>
/// <param name="More">There are older records: the organization's audit log has them.</param>
/// <param name="Uses">All that it ever asked for, plain reads too, the most frequent first.</param>
/// <param name="Checkpoint">The latest of the organization's log.</param>
internal sealed record KeyDeeds(ImmutableArray<KeyAct> Did, bool More, ImmutableArray<KeyUse> Uses, string? Checkpoint);
