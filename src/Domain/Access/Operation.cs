using System.Runtime.Intrinsics;

namespace Palisade.Domain.Access;

/// <summary>
/// Something that a principal may be allowed to do. Every HTTP route, grain method, page and job names exactly one,
/// from <see cref="Operations"/>. Instances come from that table only; they are compared by reference and stored by
/// <see cref="Name"/>.
/// </summary>
public sealed record Operation
{
    internal Operation() { }

    /// <summary>Stable name, <c>release.promote</c>; never reused.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The resource type whose policies decide it; <see cref="ResourceType.None"/> when no role can grant it.
    /// </summary>
    public required ResourceType Type { get; init; }

    public required AccessLevel Level { get; init; }

    public required OperationScope Scope { get; init; }

    /// <summary>What it does, and the convox endpoints behind it.</summary>
    public required string Description { get; init; }

    /// <summary>Only the built-in Administrator role grants it, and only when it is held on all racks.</summary>
    public bool AdminOnly { get; init; }

    /// <summary>Shows a secret in clear; recorded each time.</summary>
    public bool Reveal { get; init; }

    /// <summary>
    /// Runs a caller's code or opens a way inside a container or its network, and so can print what the environment
    /// holds.
    /// </summary>
    public bool Enters { get; init; }

    /// <summary>
    /// Answers a list whose every item is decided by itself (<c>app.get</c>, <c>rack.get</c>, …). It is allowed when
    /// any item could be, so whoever implements it must filter.
    /// </summary>
    public bool Lists { get; init; }

    /// <summary>
    /// Dangerous enough to be confirmed: a person with a second factor must have proven it lately
    /// (<see cref="StepUp"/>). It is what changes who may do what, makes credentials, or can't be undone.
    /// </summary>
    public bool StepUp { get; init; }

    /// <summary>Position in <see cref="Operations.All"/>; never stored.</summary>
    internal int Index { get; set; }

    /// <summary>Its place in every <see cref="OperationSet"/>.</summary>
    internal Vector256<ulong> Bit { get; set; }

    /// <summary>The permission as people write it: <c>Application:Write</c>.</summary>
    public string Permission => $"{Type}:{Level}";

    public bool Equals(Operation? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Index;

    public override string ToString() => Name;
}
