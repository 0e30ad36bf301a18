using System.Collections.Immutable;
using System.Diagnostics;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Bench.Authz;

/// <summary>
/// <c>access.role.change</c>: an organization of 10,000 members, 500 roles and 100 groups, of whom 9,999 hold the role
/// that changes, hardly two of them the same roles: from the command to a policy that has decided for every one of
/// them.
/// </summary>
internal sealed class AccessRoleChangeBench : IBench
{
    private const int Groups = 100;

    /// <summary>A server compiles policies all day long; its first ones are not what is measured.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public string Name => "access.role.change";

    public Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var state = Organization();
        var policy = state.Compile();
        var times = new List<double>();
        for (var (round, began) = (1, Stopwatch.GetTimestamp()); times.Count < Rounds.Least; round++)
        {
            ct.ThrowIfCancellationRequested();
            GC.Collect();
            var started = Stopwatch.GetTimestamp();
            ImmutableArray<Policy> policies =
            [
                Policy.Allow(ResourceType.Application, Policy.Write, Selector.Regex($"web-{round}.*")),
                Racks,
            ];
            var decided = OrgRoles.Update(state, RoleId(0), "role 0", policies, Context);
            state = decided.Value.Events.Aggregate(state, OrgStateFold.Apply);
            policy = state.Compile(state.Version, policy);
            Decide(policy, round);
            if (Stopwatch.GetElapsedTime(began, started) > WarmUp)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return Task.FromResult(BenchResult.Of(Name, "ms", Rounds.Median(times), Goal.AtMost(50)));
    }

    private static Policy Racks { get; } = Policy.Allow(ResourceType.Racks, Policy.Read);

    private static DecideContext Context { get; } =
        new(
            DateTimeOffset.UnixEpoch,
            new()
            {
                Principal = new(PrincipalKind.User, "u0", "u0"),
                SignIn = "session",
                Ip = "192.0.2.7",
                Client = "bench",
                RequestId = "0",
                Org = "acme",
            },
            new Palisade.Grains.CryptoIds()
        );

    private static string RoleId(int i) => $"role-{i:D4}";

    private static void Decide(CompiledPolicy policy, int round)
    {
        for (var i = 1; i < OrgState.MaxMembers; i++)
        {
            if (!policy.Decide($"u{i}", Operations.AppDelete, Resource.App("staging", $"web-{round}x")).Allowed)
            {
                throw new InvalidOperationException($"u{i} does not hold the changed role");
            }
        }
    }

    private static OrgState Organization()
    {
        var roles = Enumerable
            .Range(0, OrgState.MaxRoles)
            .Select(i => new Role
            {
                Id = RoleId(i),
                Name = $"role {i}",
                Policies = [Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex($"app-{i}-.*")), Racks],
            });
        var groups = Enumerable
            .Range(0, Groups)
            .Select(i => new OrgGroup($"group-{i:D3}", $"Group {i}", [Grant(i + 1)], default));
        var members = Enumerable
            .Range(0, OrgState.MaxMembers)
            .Select(i =>
                i == 0
                    ? new OrgMember("u0", [RoleGrant.OnAllRacks(BuiltInRoles.Administrator)], default)
                    : new OrgMember($"u{i}", [Grant(0), Grant(200 + (i % 300)), Grant(101 + (i % 99))], default)
                    {
                        Groups = [$"group-{i % Groups:D3}"],
                    }
            );
        return new()
        {
            Name = "acme",
            Version = 1,
            Roles = roles.ToImmutableSortedDictionary(role => role.Id, role => role),
            Groups = groups.ToImmutableSortedDictionary(group => group.Id, group => group),
            Members = members.ToImmutableSortedDictionary(member => member.UserId, member => member),
        };
    }

    private static RoleGrant Grant(int role) => new(RoleId(role), Selector.AllowAll);
}
