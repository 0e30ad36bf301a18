using Palisade.Domain.Access;

namespace Palisade.Bench.Authz;

/// <summary>Answers come before speed: all of the workload's, and many more against the reference.</summary>
internal static class WorkloadCheck
{
    private const int Seed = 42;
    private const int More = 10_000_000;

    /// <summary>Throws at the first answer that differs.</summary>
    public static void Answers(Workload workload, CompiledPolicy policy)
    {
        var reference = new WorkloadReference(workload);
        foreach (var request in workload.Requests)
        {
            var expected = request.Expect == "allow";
            Check(
                request.User,
                request.Action,
                request.Resource,
                reference.Decide(request.User, request.Action, request.Resource) == expected,
                "the reference"
            );
            Check(
                request.User,
                request.Action,
                request.Resource,
                Decide(policy, request.User, request.Action, request.Resource) == expected,
                "the policy"
            );
        }
    }

    /// <summary>10⁷ requests drawn over everything that there is.</summary>
    public static void ManyMore(Workload workload, CompiledPolicy policy, CancellationToken ct)
    {
        var (reference, random) = (new WorkloadReference(workload), new Random(Seed));
        for (var i = 0; i < More; i++)
        {
            ct.ThrowIfCancellationRequested();
            var user = workload.Bindings[random.Next(workload.Bindings.Length)].User;
            var (action, type) = (
                random.Next(2) == 0 ? "read" : "write",
                workload.Types[random.Next(workload.Types.Length)]
            );
            var rack = Workload.IsOfOrg(type) ? null : workload.Racks[random.Next(workload.Racks.Length)];
            var resource = new WorkloadResource(
                type,
                rack,
                rack is null || type == "Rack" ? null : workload.Apps[random.Next(workload.Apps.Length)]
            );
            Check(
                user,
                action,
                resource,
                Decide(policy, user, action, resource) == reference.Decide(user, action, resource),
                "the policy"
            );
        }
    }

    private static bool Decide(CompiledPolicy policy, string user, string action, WorkloadResource resource) =>
        policy
            .Decide(user, WorkloadPolicy.OperationOf(resource.Type, action), WorkloadPolicy.ResourceOf(resource))
            .Allowed;

    private static void Check(string user, string action, WorkloadResource resource, bool agrees, string who)
    {
        if (!agrees)
        {
            throw new InvalidOperationException($"{who} decides {user} {action} {resource} otherwise");
        }
    }
}
