namespace Palisade.Racks.Local.Engine;

/// <summary>
/// The container engine refused a call or could not be reached. The message never holds an environment or a request
/// body.
/// </summary>
public sealed class EngineException : Exception
{
    public EngineException(int status, string message, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int Status { get; }

    /// <summary>
    /// There is no such thing, or not any more. COMPAT: podman answers 500 about a container that goes while it is
    /// looked at.
    /// </summary>
    public bool IsNotFound =>
        Status == 404 || (Status == 500 && Message.EndsWith("no such container", StringComparison.Ordinal));

    /// <summary>The name is taken, or the thing is in use or not in the state that the call needs.</summary>
    public bool IsConflict => Status == 409;
}
