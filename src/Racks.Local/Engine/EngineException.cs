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

    public bool IsNotFound => Status == 404;

    /// <summary>The name is taken, or the thing is in use or not in the state that the call needs.</summary>
    public bool IsConflict => Status == 409;
}
