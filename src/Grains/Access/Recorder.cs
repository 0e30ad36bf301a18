using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Access;

/// <inheritdoc cref="IRecorder"/>
public sealed class Recorder(IStore store, NodeIdentity node) : IRecorder, IAsyncDisposable
{
    /// <summary>S32: so many kinds of what repeats are counted apart.</summary>
    public const int MaxFolded = RecordFold.MaxKeys;

    private readonly RecordFold _fold = new();

    public async Task<string?> RecordAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        Outcome outcome,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.Result != EntryResult.Denied)
        {
            await WriteAsync(caller, operation, resource, outcome);
            return outcome.DecisionId;
        }

        return await FoldAsync(caller, operation, resource, outcome, cancellationToken);
    }

    public async Task<string?> FoldAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        Outcome outcome,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(outcome);
        if (!_fold.IsFirst(caller, operation, resource, outcome, out var decisionId))
        {
            return decisionId;
        }

        try
        {
            await WriteAsync(caller, operation, resource, outcome);
            return decisionId;
        }
        catch
        {
            _fold.Forget(caller, operation, resource, outcome);
            throw;
        }
    }

    public void Copy(Caller caller, Operation operation, Resource resource, Outcome outcome)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(outcome);
        _fold.Count(caller, operation, resource, outcome);
    }

    public async Task FlushAsync()
    {
        var counted = _fold.Take();
        for (var i = 0; i < counted.Length; i++)
        {
            try
            {
                var (caller, operation, resource, outcome) = counted[i].Last();
                await WriteAsync(caller, operation, resource, outcome);
            }
            catch
            {
                foreach (var left in counted[i..])
                {
                    _fold.PutBack(left);
                }

                throw;
            }
        }
    }

    /// <summary>The container ends it before the store, which it was made from.</summary>
    public async ValueTask DisposeAsync() => await FlushAsync();

    private async Task WriteAsync(Caller caller, Operation operation, Resource resource, Outcome outcome)
    {
        var org = operation.Scope is OperationScope.Account or OperationScope.Installation ? "" : caller.Org ?? "";
        var stream = org.Length == 0 ? StreamId.Installation(node.Id) : StreamId.Records(org, node.Id);
        var entry = new EntryDraft
        {
            Caller = caller,
            Operation = operation.Name,
            ResourceType = operation.Type.ToString(),
            Resource = resource.ToString(),
            Result = outcome.Result,
            Reason = outcome.Reason,
            DecisionId = outcome.DecisionId,
            Details = outcome.Details,
            Changes = outcome.Changes,
        };
        // SECURITY: a record is not given up because its requester hangs up.
        var result = await store
            .Journal.AppendAsync(
                new Append { Org = org, Writes = [new StreamWrite(stream, null, [entry])] },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        if (result is not Appended)
        {
            throw new InvalidOperationException($"A record was not written: {result.GetType().Name}.");
        }
    }
}
