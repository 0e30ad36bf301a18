using System.Collections.Immutable;

namespace Palisade.Domain.Audit;

/// <summary>
/// What a record says of whoever acted beyond their id. Stored sealed under a key of the person's own, so that it can
/// be erased with every hash intact (S30).
/// </summary>
public sealed record PersonalFields(string Name, string Ip, string Client)
{
    /// <summary>The names that exports and the fields of records know them by, in their order.</summary>
    public static ImmutableArray<string> Names { get; } = ["name", "ip", "client"];
}
