using System.Diagnostics.CodeAnalysis;

namespace Orleans;

/// <summary>The kind of a <see cref="DeactivationReason"/>; values as in Orleans 10.</summary>
[SuppressMessage("Design", "CA1028:Enum Storage should be Int32", Justification = "A byte in Orleans.")]
public enum DeactivationReasonCode : byte
{
    None,
    ShuttingDown,
    ActivationFailed,
    InternalFailure,
    ActivationIdle,
    ActivationUnresponsive,
    DuplicateActivation,
    IncompatibleRequest,
    ApplicationError,
    ApplicationRequested,
    Migrating,
}
