using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Views;

namespace Palisade.Grains.Access;

/// <summary>
/// Answers questions about access in the caller's organization. Each is decided and recorded like any other operation.
/// </summary>
public sealed class AccessQueries(IStore store, IGate gate, Policies policies, TimeProvider time)
{
    /// <summary>Racks, and apps, that are compared at most.</summary>
    private const int MaxRows = 1000;

    /// <summary>How far back requests are looked at.</summary>
    public static readonly TimeSpan History = TimeSpan.FromDays(90);

    /// <summary>
    /// Why a request was refused, by the id that its answer told. The one who was refused may ask; anybody else needs
    /// <c>access.explain</c>, and only then learns that there is no such decision. Problem:
    /// <c>access.decision_not_found</c>.
    /// </summary>
    public async Task<Result<WhyAnswer>> WhyAsync(
        Caller caller,
        string decisionId,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        var entry = caller.Org is null
            ? null
            : await store.History.FindDecisionAsync(caller.Org, decisionId, cancellationToken);
        var isOwn =
            entry is not null && (entry.Actor.Kind, entry.Actor.Id) == (caller.Principal.Kind, caller.Principal.Id);
        if (
            !isOwn
            && await gate.AuthorizeAsync(caller, Operations.AccessExplain, Resource.Org, cancellationToken)
                is { Ok: false, Problem: { } refusal }
        )
        {
            return Result.Fail<WhyAnswer>(refusal);
        }

        return entry is null
            ? new NotFound("access.decision_not_found", $"no decision {Printable.Of(decisionId)} is on record")
            {
                Suggestion = "of a flood of refusals only the first ones are on record",
            }
            : await ExplainAsync(entry, decisionId, cancellationToken);
    }

    /// <summary>Who may do it, and through which roles and groups.</summary>
    public Task<Result<ImmutableArray<Able>>> WhoCanAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    ) => ExplainedAsync(caller, (_, policy) => WhoCan.Of(policy, operation, resource), cancellationToken);

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
    /// What of a role was never used in the last 90 days by those who hold it, and a role that admits the rest.
    /// Problem: <c>role.not_found</c>.
    /// </summary>
    public async Task<Result<RightSized>> UnusedAsync(
        Caller caller,
        string roleId,
        CancellationToken cancellationToken = default
    )
    {
        var read = await ExplainedAsync(caller, (state, _) => state, cancellationToken);
        if (!read.TryGet(out var state, out var problem))
        {
            return Result.Fail<RightSized>(problem);
        }

        if (state.FindRole(roleId) is not { } role)
        {
            return new NotFound("role.not_found", $"no such role: {Printable.Of(roleId)}");
        }

        var uses = await UsesAsync(state, cancellationToken);
        return RightSize.Of(
            role,
            uses.SelectMany(use => state.RacksOf(use.Principal.Id, role.Id).Select(racks => (racks, use)))
        );
    }

    /// <summary>
    /// The same of one member: for each role held, what that member did not use. Problem: <c>member.not_found</c>.
    /// </summary>
    public async Task<Result<ImmutableArray<(Role Role, RightSized Sized)>>> UnusedByAsync(
        Caller caller,
        string userId,
        CancellationToken cancellationToken = default
    )
    {
        var read = await ExplainedAsync(caller, (state, _) => state, cancellationToken);
        if (!read.TryGet(out var state, out var problem))
        {
            return Result.Fail<ImmutableArray<(Role, RightSized)>>(problem);
        }

        if (!state.Members.ContainsKey(userId))
        {
            return new NotFound("member.not_found", $"{Printable.Of(userId)} is no member");
        }

        var uses = (await UsesAsync(state, cancellationToken)).Where(use => use.Principal.Id == userId).ToList();
        return state
            .RolesOf(userId)
            .Select(role =>
                (
                    role,
                    RightSize.Of(
                        role,
                        uses.SelectMany(use => state.RacksOf(userId, role.Id).Select(racks => (racks, use)))
                    )
                )
            )
            .ToImmutableArray();
    }

    /// <summary>
    /// What a change would do: who gains and loses what, and which requests of the last 90 days would be decided
    /// otherwise. Problems: those of the proposal.
    /// </summary>
    public async Task<Result<WhatIfAnswer>> WhatIfAsync(
        Caller caller,
        AccessProposal proposal,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(proposal);
        var read = await ExplainedAsync(caller, (state, policy) => (State: state, Policy: policy), cancellationToken);
        if (
            !read.TryGet(out var now, out var problem)
            || !proposal.ApplyTo(now.State).TryGet(out var changed, out problem)
        )
        {
            return Result.Fail<WhatIfAnswer>(problem);
        }

        await store.Usage.FlushAsync(cancellationToken);
        var uses = await store.History.ReadAsync(now.State.Name, time.GetUtcNow() - History, cancellationToken);
        return WhatIf.Compare(
            now.Policy,
            changed.Compile(changed.Version, now.Policy),
            await ResourcesAsync(now.State.Name, cancellationToken),
            uses
        );
    }

    /// <summary>The racks and apps that there are.</summary>
    private async Task<IEnumerable<Resource>> ResourcesAsync(string org, CancellationToken cancellationToken)
    {
        var resources = new List<Resource>();
        foreach (var kind in new[] { ViewKinds.Rack, ViewKinds.App })
        {
            resources.AddRange(await KeysAsync(kind));
        }

        return resources;

        async Task<IEnumerable<Resource>> KeysAsync(string kind)
        {
            var rows = await store.Views.ListAsync(new ViewQuery(org, kind, "") { Limit = MaxRows }, cancellationToken);
            return rows.Select(row => Resource.TryParse(row.Key, out var resource) ? resource : Resource.Org);
        }
    }

    private async Task<IEnumerable<AccessUse>> UsesAsync(OrgState state, CancellationToken cancellationToken)
    {
        await store.Usage.FlushAsync(cancellationToken);
        var uses = await store.History.ReadAsync(state.Name, time.GetUtcNow() - History, cancellationToken);
        return uses.Where(use => use.Allowed && use.Principal.Kind == PrincipalKind.User);
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

        var policy = await policies.OfAsync(caller.Org!, cancellationToken);
        var (state, _) = await policies.OrgAsync(caller.Org!, cancellationToken);
        return answer(state, policy);
    }

    private async Task<WhyAnswer> ExplainAsync(
        StoredEntry entry,
        string decisionId,
        CancellationToken cancellationToken
    )
    {
        using var body = JsonDocument.Parse(entry.Body);
        var root = body.RootElement;
        var reason = root.TryGetProperty("reason", out var text) ? text.GetString() ?? "" : "";
        var version =
            root.TryGetProperty("details", out var details)
            && details.TryGetProperty(AccessRecords.PolicyDetail, out var stored)
            && long.TryParse(stored.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
                ? parsed
                : 0;
        var explanation =
            version > 0 && entry.Actor.Kind == PrincipalKind.User && Resource.TryParse(entry.Resource, out var resource)
                ? (await PolicyAtAsync(entry.Org, version, cancellationToken))
                    .Decide(entry.Actor.Id, Operations.Find(entry.Operation), resource)
                    .Explain()
                : null;
        return new(decisionId, entry.At, entry.Actor, entry.Operation, entry.Resource, reason, version, explanation);
    }

    /// <summary>The policy as it was: the organization's stream folded to that head.</summary>
    private async Task<CompiledPolicy> PolicyAtAsync(string org, long version, CancellationToken cancellationToken)
    {
        var state = new OrgState();
        await foreach (var entry in store.Journal.ReadAsync(StreamId.Org(org), 0, cancellationToken))
        {
            if (entry.Seq > version)
            {
                break;
            }

            state = entry.Event is OrgEvent @event ? OrgStateFold.Apply(state, @event) : state;
        }

        return state.Compile(version);
    }
}
