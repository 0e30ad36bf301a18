using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Keys;

namespace Palisade.Grains.Access;

/// <summary>Who may do an operation on a resource, and what it depends on beside their roles.</summary>
public sealed record WhoCanAnswer
{
    /// <summary>Ordered by id, and so are the others.</summary>
    public required ImmutableArray<Able> Members { get; init; }

    public required ImmutableArray<AbleGroup> Groups { get; init; }

    public required ImmutableArray<AbleKey> Keys { get; init; }

    /// <summary>Why it can't be asked of that resource; null: it can.</summary>
    public string? Unanswerable { get; init; }

    /// <summary>Members without a second factor can do nothing at all.</summary>
    public bool RequiresSecondFactor { get; init; }
}

/// <summary>A group whose roles alone are enough.</summary>
/// <param name="Members">How many are in it.</param>
public sealed record AbleGroup(string Id, string Name, int Members, ImmutableArray<string> Path);

/// <summary>A deploy key that may; its networks and use limit are not looked at.</summary>
public sealed record AbleKey(DeployKeyView Key, ImmutableArray<string> Path);
