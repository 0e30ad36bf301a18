using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>Allows everything, and records on the node's own stream, at whatever head that has.</summary>
internal sealed class OpenAccess(IStore store, NodeIdentity node) : IGate, IRecorder
{
    public ValueTask<Result<Done>> AuthorizeAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromResult(Result.Done);

    public ValueTask<bool> AllowsAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromResult(true);

    public async Task<string?> RecordAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        Outcome outcome,
        CancellationToken cancellationToken = default
    )
    {
        var entry = new EntryDraft
        {
            Caller = caller,
            Operation = operation.Name,
            ResourceType = operation.Type.ToString(),
            Resource = "",
            Result = outcome.Result,
            Reason = outcome.Reason,
        };
        await store.Journal.AppendAsync(
            new() { Org = caller.Org!, Writes = [new(StreamId.Records(caller.Org!, node.Id), null, [entry])] },
            cancellationToken
        );
        return null;
    }

    public Task<string?> FoldAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        Outcome outcome,
        CancellationToken cancellationToken = default
    ) => RecordAsync(caller, operation, resource, outcome, cancellationToken);

    public void Copy(Caller caller, Operation operation, Resource resource, Outcome outcome) =>
        throw new NotSupportedException();

    public Task FlushAsync() => throw new NotSupportedException();
}
