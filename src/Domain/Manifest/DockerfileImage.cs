namespace Palisade.Domain.Manifest;

/// <summary>An image that a Dockerfile names.</summary>
/// <param name="Line">Where, from 1.</param>
/// <param name="Text">As written; may hold <c>$NAME</c> of an argument.</param>
public readonly record struct DockerfileImage(int Line, string Text)
{
    /// <summary>The name depends on an argument, so it is known only when the build has its values.</summary>
    public bool Depends => Text.Contains('$', StringComparison.Ordinal);
}
