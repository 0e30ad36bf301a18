using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// What somebody asked for in the past, from the journal and the counts of plain reads, identical requests as one.
/// </summary>
/// <param name="Allowed">Whether access was given then, however the operation itself ended.</param>
[GenerateSerializer, Immutable, Alias("palisade.access.use")]
public sealed record AccessUse(
    [property: Id(0)] Principal Principal,
    [property: Id(1)] string Operation,
    [property: Id(2)] string Resource,
    [property: Id(3)] bool Allowed
)
{
    /// <summary>How often; refusals that were folded into one record count as one.</summary>
    [Id(4)]
    public required long Count { get; init; }

    [Id(5)]
    public required DateTimeOffset Last { get; init; }
}
