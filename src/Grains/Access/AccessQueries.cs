using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Grains.Keys;
using Palisade.Storage;
using Palisade.Storage.Usage;
using Palisade.Storage.Views;

namespace Palisade.Grains.Access;

/// <summary>
/// Answers questions about access in the caller's organization. Each is decided and recorded like any other operation.
/// </summary>
public sealed partial class AccessQueries(
    IStore store,
    IGate gate,
    Policies policies,
    DeployKeys keys,
    TimeProvider time
)
{
    /// <summary>How far back requests are looked at.</summary>
    public static readonly TimeSpan History = TimeSpan.FromDays(90);

    /// <summary>
    /// Members and deploy keys who may do it, and through which roles and groups. A key's networks and use limit are
    /// not looked at, and neither is which process it started.
    /// </summary>
    public async Task<Result<ImmutableArray<Able>>> WhoCanAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    )
    {
        var read = await WhoCanByKindAsync(caller, operation, resource, cancellationToken);
        return read.Map(who =>
            who.Members.AddRange(who.Keys.Select(key => new Able(key.Key.Id, key.Path, PrincipalKind.DeployKey)))
        );
    }

    /// <summary>
    /// What a member may do on a resource. Everybody may ask that of themself. Problem: <c>member.not_found</c>.
    /// </summary>
    public async Task<Result<ImmutableArray<OperationVerdict>>> WhatCanAsync(
        Caller caller,
        string userId,
        Resource resource,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (
            caller.Org is { } org
            && caller.Principal == new Principal(PrincipalKind.User, userId, caller.Principal.Name)
            && await policies.OfAsync(org, cancellationToken) is var own
            && own.IsMember(userId)
        )
        {
            return WhatCan.Of(own, userId, resource);
        }

        var answer = await ExplainedAsync(
            caller,
            (_, policy) =>
                policy.IsMember(userId)
                    ? WhatCan.Of(policy, userId, resource)
                    : default(ImmutableArray<OperationVerdict>?),
            cancellationToken
        );
        return answer.Then<ImmutableArray<OperationVerdict>>(verdicts =>
            verdicts is { } known ? known : new NotFound("member.not_found", $"{Printable.Of(userId)} is no member")
        );
    }

    /// <summary>
    /// What a change would do: who gains and loses what, deploy keys too, and which requests of the last 90 days would
    /// be decided otherwise. Problems: those of the proposal.
    /// </summary>
    public async Task<Result<WhatIfAnswer>> WhatIfAsync(
        Caller caller,
        AccessProposal proposal,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(proposal);
        var read = await ExplainedAsync(caller, (state, policy) => (State: state, Policy: policy), cancellationToken);
        return
            read.TryGet(out var now, out var problem)
            && proposal.ApplyTo(now.State).TryGet(out var changed, out problem)
            ? await CompareAsync(now.State, now.Policy, changed, cancellationToken)
            : Result.Fail<WhatIfAnswer>(problem);
    }

    /// <summary>
    /// What applying a document would change, step by step, and what that would do. Problems: those of planning it.
    /// </summary>
    public async Task<Result<(AccessPlan Plan, WhatIfAnswer Effect)>> PlanAsync(
        Caller caller,
        AccessDocument document,
        CancellationToken cancellationToken = default
    )
    {
        var read = await ExplainedAsync(caller, (state, policy) => (State: state, Policy: policy), cancellationToken);
        return
            read.TryGet(out var now, out var problem)
            && AccessPlanner.Plan(now.State, document).TryGet(out var plan, out problem)
            && AccessPlanner.Preview(now.State, document).TryGet(out var changed, out problem)
            ? (plan, await CompareAsync(now.State, now.Policy, changed, cancellationToken))
            : Result.Fail<(AccessPlan, WhatIfAnswer)>(problem);
    }

    private async Task<WhatIfAnswer> CompareAsync(
        OrgState before,
        CompiledPolicy policy,
        OrgState after,
        CancellationToken cancellationToken
    )
    {
        var (org, version, now) = (before.Name, policy.Version, time.GetUtcNow());
        var uses = await UsesAsync(org, cancellationToken);
        var resources = await store.Views.ResourcesAsync(org, cancellationToken);
        var all = await keys.ListAsync(org, cancellationToken);
        var had = DeployKeyAccess.Compile(before, all, version, now);
        var members = WhatIf.Compare(policy, after.Compile(version, policy), resources, uses);
        var answer = members.And(
            WhatIf.Compare(had, DeployKeyAccess.Compile(after, all, version, now, had), resources, uses)
        );
        return answer with
        {
            Compared = answer.Compared with { RequestsLeftOut = uses.Length == IAccessHistory.MaxUses },
        };
    }

    /// <param name="of">Only this one's; null: everybody's, the most frequent ones of them.</param>
    private async Task<ImmutableArray<AccessUse>> UsesAsync(
        string org,
        CancellationToken cancellationToken,
        Principal? of = null
    )
    {
        await store.Usage.FlushAsync(cancellationToken);
        return await store.History.ReadAsync(org, time.GetUtcNow() - History, of, cancellationToken);
    }

    private async Task<Result<T>> ExplainedAsync<T>(
        Caller caller,
        Func<OrgState, CompiledPolicy, T> answer,
        CancellationToken cancellationToken
    )
    {
        var allowed = await gate.AuthorizeAsync(caller, Operations.AccessExplain, Resource.Org, cancellationToken);
        if (!allowed.Ok)
        {
            return Result.Fail<T>(allowed.Problem);
        }

        var (state, policy) = await policies.OrgAsync(caller.Org!, cancellationToken);
        return answer(state, policy);
    }
}
