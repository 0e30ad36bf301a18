namespace Palisade.Domain.Access;

/// <summary>
/// A role as somebody holds it. <paramref name="Racks"/> limits it (security.md S17); all racks is the explicit
/// <c>AllowAll</c>. Limited to some racks it grants only what belongs to racks (Application, Racks, Jobs, Workflows,
/// KubectlAccess, there) and the dashboard.
/// </summary>
/// <param name="Racks">Name, List, Regex or AllowAll over rack names.</param>
/// <param name="Group">The group through which it is held; none when it is held directly.</param>
[GenerateSerializer, Immutable, Alias("palisade.access.held-role")]
public sealed record HeldRole(
    [property: Id(0)] Role Role,
    [property: Id(1)] Selector Racks,
    [property: Id(2)] string? Group = null
)
{
    /// <summary>
    /// What belongs to apps (Application, Jobs) is limited to these; none means all apps of the racks.
    /// </summary>
    [Id(3)]
    public Selector? Apps { get; init; }
}
