namespace Palisade.Storage;

/// <summary>The store cannot be opened as it is; the message says why and what a person can do.</summary>
public sealed class StoreUnusableException : Exception
{
    public StoreUnusableException(string message)
        : base(message) { }

    public StoreUnusableException(string message, Exception inner)
        : base(message, inner) { }
}
