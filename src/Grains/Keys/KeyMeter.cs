using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Keys;

/// <summary>
/// Counts what deploy keys change against their use limits: in the very append of the change, so that neither is there
/// without the other.
/// </summary>
public sealed class KeyMeter(DeployKeys keys)
{
    /// <summary>
    /// The append with the use in it; as it is, when nothing is to be counted. What a job reports belongs to the change
    /// that enqueued it. Problem: <c>key.used_up</c>.
    /// </summary>
    public async ValueTask<Result<Append>> CountAsync(
        Append append,
        CommandScope scope,
        Resource resource,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(append);
        ArgumentNullException.ThrowIfNull(scope);
        var key = scope.Caller.Principal;
        if (
            key.Kind != PrincipalKind.DeployKey
            || scope.Job is not null
            || !scope.IsUse
            || !KeyUses.Count(scope.Operation)
        )
        {
            return append;
        }

        var (state, head) = await keys.StateAsync(append.Org, key.Id, cancellationToken);
        if (!DeployKeyDecisions.Use(state).TryGet(out var use, out var problem))
        {
            return Result.Fail<Append>(problem);
        }

        if (use.Events.IsEmpty)
        {
            return append;
        }

        var after = DeployKeyState.Apply(state, use.Events[0]);
        var entry = new EntryDraft
        {
            Caller = scope.Caller,
            Operation = Operations.KeyUse.Name,
            ResourceType = nameof(ResourceType.DeployKeys),
            Resource = Resource.Item(state.Spec!.Name).ToString(),
            Event = use.Events[0],
            Changes = DeployKeyChanges.Of(state, after),
            Details = Facts(scope.Operation.Name, resource.ToString()),
        };
        return append with
        {
            Writes = append.Writes.Add(new StreamWrite(StreamId.DeployKey(append.Org, key.Id), head, [entry])),
            Views = append.Views.AddRange(DeployKeyView.Project(append.Org, key.Id, after)),
        };
    }

    /// <summary>What was done with the use, for its record.</summary>
    internal static ImmutableSortedDictionary<string, string> Facts(string operation, string resource) =>
        ImmutableSortedDictionary<string, string>.Empty.Add("operation", operation).Add("resource", resource);
}
