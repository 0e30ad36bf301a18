namespace Orleans.Hosting;

/// <summary>How values cross a grain call.</summary>
public enum CallBoundary
{
    /// <summary>By reference. For production, where <see cref="Orleans.Runtime.ContractChecker"/> has proven the contracts immutable.</summary>
    Reference,

    /// <summary>
    /// Every argument and result is rebuilt from its <c>[Id]</c> members, as a network would: a member without an id is lost and a type
    /// that is no contract fails the call. For tests.
    /// </summary>
    Copy,
}
