using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Access;

/// <summary>Why a request was refused.</summary>
public sealed partial class AccessQueries
{
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
                ? PolicyVersion.Parse(stored.GetString())
                : default;
        var explanation =
            Resource.TryParse(entry.Resource, out var resource)
            && await PolicyAtAsync(entry, version, cancellationToken) is { } policy
                ? policy.Decide(entry.Actor.Id, Operations.Find(entry.Operation), resource).Explain()
                : null;
        var person = await store.Personal.OpenAsync(root, cancellationToken);
        return new(
            decisionId,
            entry.At,
            entry.Actor with
            {
                Name = person.Fields?.Name ?? "",
            },
            entry.Operation,
            entry.Resource,
            reason,
            version.Org,
            explanation
        );
    }

    /// <summary>
    /// The policy as it was: the organization's stream, and of a deploy key its own as well, folded to those heads.
    /// Null when no role was asked.
    /// </summary>
    private async Task<CompiledPolicy?> PolicyAtAsync(
        StoredEntry entry,
        PolicyVersion version,
        CancellationToken cancellationToken
    )
    {
        if (version.Org == 0 || entry.Actor.Kind is not (PrincipalKind.User or PrincipalKind.DeployKey))
        {
            return null;
        }

        var org = await FoldAsync<OrgState, OrgEvent>(
            StreamId.Org(entry.Org),
            version.Org,
            new OrgState(),
            OrgStateFold.Apply,
            cancellationToken
        );
        return entry.Actor.Kind == PrincipalKind.User
            ? org.Compile(version.Org)
            : DeployKeyAccess.Compile(
                org,
                await FoldAsync<DeployKeyState, DeployKeyEvent>(
                    StreamId.DeployKey(entry.Org, entry.Actor.Id),
                    version.Key,
                    new DeployKeyState(),
                    DeployKeyState.Apply,
                    cancellationToken
                ),
                version,
                entry.At
            );
    }

    private async Task<TState> FoldAsync<TState, TEvent>(
        StreamId stream,
        long head,
        TState state,
        Func<TState, TEvent, TState> apply,
        CancellationToken cancellationToken
    )
        where TEvent : class, IDomainEvent
    {
        await foreach (var entry in store.Journal.ReadAsync(stream, 0, cancellationToken))
        {
            if (entry.Seq > head)
            {
                break;
            }

            state = entry.Event is TEvent @event ? apply(state, @event) : state;
        }

        return state;
    }
}
