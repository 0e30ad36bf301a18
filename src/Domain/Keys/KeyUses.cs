using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Keys;

/// <summary>
/// What counts against a key's use limit: each change that it makes, so that one command of the client is one use.
/// Reading counts nothing, and neither does what belongs to a change that was counted: the upload before a build, the
/// promotion of a release that the key made, and what is done with a one-off process that it started.
/// </summary>
public static class KeyUses
{
    // Of those that a Write grants: what belongs to another, and what only reads.
    private static readonly ImmutableArray<Operation> Free =
    [
        Operations.SourceUpload,
        Operations.ProcessRunExec,
        Operations.ProcessRunStop,
        Operations.AppEnvReveal,
        Operations.AppFilesGet,
        Operations.ResourceReveal,
        Operations.ResourceExport,
    ];

    /// <summary>Those of <see cref="Count"/> that the front carries out by itself.</summary>
    public static ImmutableArray<Operation> AtTheEdge { get; } =
    [Operations.AppExec, Operations.AppFilesPut, Operations.AppProxy, Operations.ObjectPut, Operations.ObjectDelete];

    /// <summary>Whether the operation is a use by itself.</summary>
    public static bool Count(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return operation is { Level: AccessLevel.Write, Type: ResourceType.Application or ResourceType.Racks }
            && !Free.Contains(operation);
    }

    /// <summary>
    /// Whether the front counts it when it is asked for, since no grain commits it: sessions and files of processes,
    /// and objects. Only custom roles grant these to a key.
    /// </summary>
    public static bool IsCountedAtTheEdge(Caller caller, Operation operation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.Principal.Kind == PrincipalKind.DeployKey && AtTheEdge.Contains(operation);
    }

    /// <summary>Whether the promotion of a release belongs to the change that made it.</summary>
    public static bool IsOwn(Principal caller, Principal? madeBy) =>
        madeBy is { Kind: PrincipalKind.DeployKey } && madeBy.Is(caller);
}
