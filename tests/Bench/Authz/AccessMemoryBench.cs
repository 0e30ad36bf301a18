using Palisade.Domain.Access;
using Palisade.Domain.Orgs;

namespace Palisade.Bench.Authz;

/// <summary>
/// <c>access.memory</c>: what the compiled policy of a large organization holds once each member has done ten different
/// things on some of 20,000 apps of 1,000 racks.
/// </summary>
internal sealed class AccessMemoryBench : IBench
{
    private const int Racks = 1000;
    private const int AppsOfARack = 20;
    private const int Operations = 10;
    private const double AtMostMebibytes = 64;

    public string Name => "access.memory";

    public Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var state = LargeOrganization.State();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var policy = state.Compile();
        var onApps = Domain
            .Access.Operations.All.Where(o => o is { Scope: OperationScope.App, Lists: false })
            .ToArray();
        var random = new Random(20261126);
        var allowed = 0;
        for (var i = 0; i < OrgState.MaxMembers * Operations; i++)
        {
            ct.ThrowIfCancellationRequested();
            var (member, operation) = (i % OrgState.MaxMembers, onApps[i / OrgState.MaxMembers]);
            var (rack, of) = (random.Next(Racks), random.Next(AppsOfARack));
            // Each app has one name, which one of the roles allows.
            var app = Resource.App($"rack-{rack}", $"app-{((rack * AppsOfARack) + of) % OrgState.MaxRoles}-{of}");
            allowed += policy.Decide($"u{member}", operation, app).Allowed ? 1 : 0;
        }

        var held = (GC.GetTotalMemory(forceFullCollection: true) - before) / (1024.0 * 1024);
        GC.KeepAlive(policy);
        GC.KeepAlive(state);
        return allowed > 0
            ? Task.FromResult(BenchResult.Of(Name, "MiB", held, Goal.AtMost(AtMostMebibytes)))
            : throw new InvalidOperationException("nothing was allowed");
    }
}
