using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Keys;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Access;

/// <inheritdoc cref="IGate"/>
public sealed class Gate(
    Policies policies,
    DeployKeys keys,
    IRecorder recorder,
    IStore store,
    IIdSource ids,
    TimeProvider time
) : IGate
{
    public async ValueTask<Result<Done>> AuthorizeAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(operation);
        if (FirstPassword.Blocks(caller, operation))
        {
            var blocked = FirstPassword.Refusal();
            await recorder.RecordAsync(
                caller,
                operation,
                resource,
                new Outcome(EntryResult.Denied, $"{blocked.Code}: {blocked.Message}"),
                cancellationToken
            );
            return blocked;
        }

        var (allowed, decision, barred) = await DecideAsync(caller, operation, resource, cancellationToken);
        GrainTelemetry.Decided(operation, allowed);
        if ((barred ?? (allowed ? StepUp.Check(caller, operation, time.GetUtcNow()) : null)) is { } unproven)
        {
            await recorder.RecordAsync(
                caller,
                operation,
                resource,
                new Outcome(EntryResult.Denied, $"{unproven.Code}: {unproven.Message}"),
                cancellationToken
            );
            return unproven;
        }

        if (allowed)
        {
            if (
                operation.Level == AccessLevel.Read
                && caller.Principal.Kind != PrincipalKind.System
                && !CountedReads.Has(caller, operation, resource)
            )
            {
                store.Usage.Count(
                    operation.Type == ResourceType.None ? "" : caller.Org ?? "",
                    caller.Principal.ToString(),
                    operation.Name,
                    resource.ToString()
                );
            }

            return Result.Done;
        }

        var id = ids.Hex(AccessRecords.DecisionIdBytes);
        var refusal = RefusalOf(id);
        var outcome = new Outcome(EntryResult.Denied, $"{refusal.Code}: {refusal.Message}")
        {
            DecisionId = id,
            Details = decision is { PolicyVersion: { Org: > 0 } version }
                ? ImmutableSortedDictionary<string, string>.Empty.Add(AccessRecords.PolicyDetail, version.ToString())
                : ImmutableSortedDictionary<string, string>.Empty,
        };
        var onRecord = await recorder.RecordAsync(caller, operation, resource, outcome, cancellationToken);
        return onRecord is null || onRecord == id ? refusal : RefusalOf(onRecord);

        Forbidden RefusalOf(string decisionId) =>
            decision is { } d ? AccessRecords.Refusal(d, decisionId) : AccessRecords.Refusal(operation, decisionId);
    }

    public async ValueTask<bool> AllowsAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    ) =>
        !FirstPassword.Blocks(caller, operation)
        && (await DecideAsync(caller, operation, resource, cancellationToken)).Allowed;

    // What bars a member whatever they hold (a suspended organization, a second factor that it requires) is asked for
    // here, so that lists and open streams end with it too; a recent proof is asked for when something begins, not
    // again while it runs.
    private async ValueTask<(bool Allowed, AccessDecision? Decision, Problem? Barred)> DecideAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken
    )
    {
        if (operation.Scope is OperationScope.System or OperationScope.Installation or OperationScope.Account)
        {
            return (OwnAccess.IsAllowed(caller, operation, caller.Principal.Id), null, null);
        }

        if (caller.Org is not { } org)
        {
            return (false, null, null);
        }

        // SECURITY: the policy as of now, or as of a read that began after this very request had come. What a grain
        // commits on the strength of that carries it as a guard, so a revocation in between counts.
        var proven = caller.Proven?.At(time.GetUtcNow());
        var policy =
            caller.Principal.Kind == PrincipalKind.DeployKey
                ? await keys.PolicyAsync(org, caller.Principal.Id, proven, cancellationToken)
                : (await policies.OrgAsync(org, proven, cancellationToken)).Policy;
        var decision = policy.Decide(caller, operation, resource);
        var barred = policy.Bars(caller.Principal, caller.HasSecondFactor);
        return (decision.Allowed && barred is null, decision, barred);
    }
}
