namespace Palisade.Driver;

/// <summary>What the official client would print after <c>ERROR: </c>.</summary>
public sealed class ConvoxException : Exception
{
    public ConvoxException(string message)
        : base(message) { }

    public ConvoxException(string message, int status)
        : base(message) => Status = status;

    /// <summary>The HTTP status behind it; 0 when there is none.</summary>
    public int Status { get; }
}
