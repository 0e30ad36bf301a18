using System.Diagnostics;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains;

namespace Palisade.Bench.Authz;

/// <summary>
/// <c>access.decide.full</c>: what the gate does for a caller whose roles come through groups: both legs and, for a
/// refusal, the id under which it is explained. Over decisions of roles held directly, for a user id.
/// </summary>
internal sealed class AccessDecideFullBench : IBench
{
    private const int Repeats = 100;

    public string Name => "access.decide.full";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var workload = Workload.Read();
        var mapped = new WorkloadPolicy(workload);
        var (core, full) = (new DecideLoop(workload, mapped.Direct()), mapped.ThroughGroups());
        WorkloadCheck.Answers(workload, full);
        var requests = workload
            .Requests.Select(r =>
                (
                    Caller: CallerOf(r.User, workload.Org),
                    Operation: WorkloadPolicy.OperationOf(r.Resource.Type, r.Action),
                    Resource: WorkloadPolicy.ResourceOf(r.Resource)
                )
            )
            .ToArray();
        var ids = new CryptoIds();
        DecideLoop.Warm(() => PerSecond(full, requests, ids));

        var measured = await Rounds.InterleavedAsync(
            _ => Task.FromResult(PerSecond(full, requests, ids)),
            _ => Task.FromResult(core.PerSecond()),
            ct: ct
        );

        return BenchResult.Of(Name, "ops/s", measured, Goal.RatioAtLeast(1.0 / 3));
    }

    private static double PerSecond(
        CompiledPolicy policy,
        (Caller Caller, Operation Operation, Resource Resource)[] requests,
        CryptoIds ids
    )
    {
        var started = Stopwatch.GetTimestamp();
        var characters = 0;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            foreach (var (caller, operation, resource) in requests)
            {
                characters += policy.Decide(caller, operation, resource).Allowed
                    ? 0
                    : ids.Hex(AccessRecords.DecisionIdBytes).Length;
            }
        }

        return characters > 0
            ? Repeats * requests.Length / Stopwatch.GetElapsedTime(started).TotalSeconds
            : throw new InvalidOperationException("Nothing was refused.");
    }

    private static Caller CallerOf(string user, string org) =>
        new()
        {
            Principal = new(PrincipalKind.User, user, user),
            SignIn = "cli-token",
            Ip = "192.0.2.7",
            Client = "bench",
            RequestId = "0123456789ab",
            Org = org,
        };
}
