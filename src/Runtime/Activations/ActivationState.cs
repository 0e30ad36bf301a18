namespace Orleans.Runtime;

internal enum ActivationState : byte
{
    /// <summary>In the directory, nothing run yet.</summary>
    Created,

    Activating,

    Active,

    /// <summary>Takes no turn any more; arriving requests wait and go to the next activation.</summary>
    Deactivating,

    /// <summary>Out of the directory; refuses requests.</summary>
    Dead,
}
