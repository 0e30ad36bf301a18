using Palisade.Domain.Access;

namespace Palisade.Web.Console;

/// <param name="Name">Stable: <c>release.promote</c>.</param>
/// <param name="Type">The resource type whose policies decide it; <c>None</c> when no role can grant it.</param>
/// <param name="Scope">What it is done to.</param>
/// <param name="AdminOnly">Only the built-in Administrator role grants it.</param>
/// <param name="Reveal">Shows a secret in clear.</param>
/// <param name="Enters">Opens a way into a container, which can print what its environment holds.</param>
public sealed record OperationJson(
    string Name,
    ResourceType Type,
    AccessLevel Level,
    OperationScope Scope,
    string Description,
    bool AdminOnly,
    bool Reveal,
    bool Enters
);
