namespace Palisade.Storage.Personal;

/// <summary>
/// Destroys data keys in the append that says why: what they sealed is erased, with every proof intact.
/// </summary>
/// <param name="Scope">See <see cref="PersonScope"/>.</param>
/// <param name="Whole">Also everything below the scope, and no key is ever made there again.</param>
public sealed record KeyErasure(string Scope, bool Whole = false);
