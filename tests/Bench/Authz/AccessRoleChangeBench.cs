using System.Collections.Immutable;
using System.Diagnostics;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Bench.Authz;

/// <summary>
/// <c>access.role.change</c>: a large organization in which all but one member hold the role that changes: from the
/// command to a policy that has decided for every one of them.
/// </summary>
internal sealed class AccessRoleChangeBench : IBench
{
    /// <summary>A server compiles policies all day long; its first ones are not what is measured.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public string Name => "access.role.change";

    public Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var state = LargeOrganization.State();
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
                LargeOrganization.Racks,
            ];
            var decided = OrgRoles.Update(state, LargeOrganization.RoleId(0), "role 0", policies, Context);
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
}
