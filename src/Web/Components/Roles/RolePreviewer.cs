using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Roles;

/// <summary>Says what saving a role would come to, by the decisions that saving it and enforcement make.</summary>
internal sealed class RolePreviewer(
    Policies policies,
    DeployKeys keys,
    AccessQueries queries,
    IGate gate,
    Bylines bylines,
    IIdSource ids,
    TimeProvider time
)
{
    /// <summary>More names are counted, not written.</summary>
    private const int MaxNames = 10;

    /// <param name="before">Null: it is a new role.</param>
    public async Task<RoleCheck> CheckAsync(
        Caller caller,
        Role? before,
        string name,
        ImmutableArray<Policy> lines,
        CancellationToken cancellationToken
    )
    {
        var (state, _) = await policies.OrgAsync(caller.Org!, cancellationToken);
        var (registry, _) = await keys.RegistryAsync(caller.Org!, cancellationToken);
        var context = new DecideContext(time.GetUtcNow(), caller, ids);
        var problem = before is null
            ? OrgRoles.Create(state, name, lines, context).Problem
            : OrgRoles
                .Update(state, before.Id, name, lines, context)
                .Then(decision => registry.Admit(state, decision, context))
                .Problem;
        if (problem is null)
        {
            return RoleCheck.Good;
        }

        var beyond = problem.Code == "access.escalation";
        var wrong = beyond ? OrgRoles.Beyond(state, lines, context) : [.. lines.Select(RoleRules.Check)];
        return new(
            Sentence.Of(problem),
            [
                .. wrong
                    .Index()
                    .Where(line => line.Item is not null)
                    .Select(line => (line.Index, Sentence.Of(line.Item!))),
            ],
            beyond
        );
    }

    /// <summary>Who gains and loses what, and which requests of the last 90 days would be decided otherwise.</summary>
    /// <param name="before">Null: it is a new role.</param>
    public async Task<Result<RoleEffect>> EffectAsync(
        Caller caller,
        Role? before,
        string name,
        ImmutableArray<Policy> lines,
        CancellationToken cancellationToken
    )
    {
        AccessProposal proposal = before is null ? new ProposeNewRole(name, lines) : new ProposeRole(before.Id, lines);
        var asked = await queries.WhatIfAsync(caller, proposal, cancellationToken);
        return asked.TryGet(out var answer, out var problem)
            ? await NamedAsync(caller, answer, cancellationToken)
            : Result.Fail<RoleEffect>(problem);
    }

    private async Task<RoleEffect> NamedAsync(Caller caller, WhatIfAnswer answer, CancellationToken cancellationToken)
    {
        var seesMembers = await gate.AllowsAsync(caller, Operations.MemberList, Resource.Org, cancellationToken);
        var keyNames = (await keys.RegistryAsync(caller.Org!, cancellationToken)).Registry.Keys;
        var known = new Dictionary<(PrincipalKind, string), string>();
        var gains = RoleEffect.Grouped(answer.Changes);
        foreach (
            var (kind, id) in gains
                .SelectMany(gain => gain.Ids.Take(MaxNames).Select(id => (gain.Kind, id)))
                .Concat(
                    answer.Requests.Take(RoleEffect.MaxRequests).Select(r => (r.Use.Principal.Kind, r.Use.Principal.Id))
                )
                .Distinct()
        )
        {
            known[(kind, id)] = kind switch
            {
                PrincipalKind.User when seesMembers => (await bylines.OfIdAsync(id, cancellationToken)).Name,
                PrincipalKind.DeployKey
                    when keyNames.TryGetValue(id, out var spec)
                        && await gate.AllowsAsync(
                            caller,
                            Operations.KeyGet,
                            Resource.Item(spec.Name),
                            cancellationToken
                        ) => $"key {spec.Name}",
                _ => id,
            };
        }

        return new(answer, [.. gains.Select(gain => gain with { Who = Named(gain) })])
        {
            Names = known.ToImmutableDictionary(),
        };

        string Named(EffectGroup gain)
        {
            var names = string.Join(", ", gain.Ids.Take(MaxNames).Select(id => known[(gain.Kind, id)]));
            return gain.Count > MaxNames ? $"{names} and {gain.Count - MaxNames} more" : names;
        }
    }
}
