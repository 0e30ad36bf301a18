namespace Palisade.Web.Api;

/// <summary>
/// Marks the few routes that tell nothing of anybody and so need neither sign-in nor operation (health, published
/// descriptions).
/// </summary>
public sealed record OpenToAll;
