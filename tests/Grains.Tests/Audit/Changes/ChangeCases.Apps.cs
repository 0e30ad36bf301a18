using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Grains.Apps;
using Palisade.Grains.Jobs;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Tests.Jobs;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

internal static partial class ChangeCases
{
    private static ImmutableArray<ChangeCase> Apps =>
        [
            Case(
                Operations.AppCreate,
                acme => acme.CreateAppAsync("made"),
                "id: added *",
                "generation: added 3",
                "status: added creating"
            ),
            Case(Operations.AppConverge, acme => acme.CreateAppAsync("ready"), "status: creating → running"),
            Case(
                Operations.AppUpdate,
                async acme =>
                {
                    await acme.CreateAppAsync("set");
                    Ok(await acme.App("set").UpdateAsync(Developer, Update(null, ("Tier", "one"))));
                    return async () =>
                        Ok(await acme.App("set").UpdateAsync(Developer, Update(true, ("Tier", "two"), ("Size", "3"))));
                },
                "locked: false → true",
                "parameters.Tier: one → two",
                "parameters.Size: added 3"
            ),
            Case(
                Operations.AppEnvSet,
                async acme =>
                {
                    await acme.CreateAppAsync("env");
                    await acme.SetEnvAsync("KEPT=canary\nCHANGED=canary-1\nDROPPED=canary", "env");
                    return async () => await acme.SetEnvAsync("KEPT=canary\nCHANGED=canary-2\nADDED=canary", "env");
                },
                "env.CHANGED: changed (secret)",
                "env.DROPPED: removed (secret)",
                "env.ADDED: added (secret)",
                "releases.*.environmentVersion: added 2",
                "releases.*.description: added env add:ADDED change:CHANGED remove:DROPPED"
            ),
            Case(
                Operations.ReleaseCreate,
                async acme =>
                {
                    var (_, build) = await acme.DeployAsync("again");
                    var command = new CreateRelease { Build = build.Id, Description = "once more" };
                    return async () => Ok(await acme.App("again").CreateReleaseAsync(Developer, command));
                },
                "releases.*.build: added *",
                "releases.*.environmentVersion: added 0",
                "releases.*.description: added once more"
            ),
            Case(
                Operations.ReleasePromote,
                async acme =>
                {
                    await acme.DeployAsync("promoted");
                    var next = await acme.BuildAsync("promoted");
                    return async () =>
                        Ok(
                            await acme.App("promoted")
                                .PromoteAsync(Developer, new PromoteRelease(next.Release, false, null))
                        );
                },
                "status: running → updating",
                "rollout: added *",
                "release: * → *"
            ),
            Case(
                Operations.ReleaseRollback,
                async acme =>
                {
                    var (_, first) = await acme.DeployAsync("back");
                    var next = await acme.SetEnvAsync("ADDED=canary", "back");
                    await acme.PromoteAsync(next.Id, "back");
                    return async () => Ok(await acme.App("back").RollBackAsync(Developer, first.Release!, next.Id));
                },
                "env.ADDED: removed (secret)",
                "releases.*.build: added *",
                "releases.*.environmentVersion: added 2",
                "releases.*.description: added rollback to *",
                "status: running → updating",
                "rollout: added *",
                "release: * → *"
            ),
            Case(
                Operations.ReleaseConverge,
                async acme =>
                {
                    await acme.CreateAppAsync("proven");
                    var build = await acme.BuildAsync("proven");
                    return () => acme.PromoteAsync(build.Release, "proven");
                },
                "status: updating → running",
                "rollout: removed *",
                "running.release: added *"
            ),
            Case(
                Operations.ServiceScale,
                async acme =>
                {
                    await acme.DeployAsync("scaled");
                    Ok(await acme.App("scaled").ScaleAsync(Developer, "web", new ScaleOverride(2, null, null)));
                    await acme.StatusAsync(AppStatus.Running, "scaled");
                    return async () =>
                        Ok(await acme.App("scaled").ScaleAsync(Developer, "web", new ScaleOverride(3, 512, null)));
                },
                "status: running → updating",
                "rollout: added *",
                "scale.web.count: 2 → 3",
                "scale.web.cpu: added 512"
            ),
            Case(
                Operations.ServiceRestart,
                async acme =>
                {
                    await acme.DeployAsync("restarted");
                    return async () => Ok(await acme.App("restarted").RestartAsync(Developer, "web"));
                },
                "status: running → updating",
                "rollout: added *",
                "restarts.web: added 1"
            ),
            Case(
                Operations.AppCancel,
                async acme =>
                {
                    await acme.DeployAsync("cancelled");
                    var next = await acme.BuildAsync("cancelled");
                    acme.Host.Rack.Behave(next.Release, Behaviour.NeverHealthy);
                    Ok(
                        await acme.App("cancelled")
                            .PromoteAsync(Developer, new PromoteRelease(next.Release, false, null))
                    );
                    return async () => Ok(await acme.App("cancelled").CancelAsync(Developer));
                },
                "status: updating → rollback",
                "release: * → *",
                "failure: added *"
            ),
            Case(
                Operations.ProcessRun,
                async acme =>
                {
                    await acme.DeployAsync("runs");
                    return async () => await RunAsync(acme, "runs");
                },
                "processes.web-*.service: added web",
                "processes.web-*.command: added rake"
            ),
            Case(
                Operations.ProcessRunStop,
                async acme =>
                {
                    await acme.DeployAsync("stops");
                    var process = await RunAsync(acme, "stops");
                    return async () => Ok(await acme.App("stops").StopProcessAsync(Developer, process));
                },
                "processes: removed web-*"
            ),
            Case(
                Operations.ProcessStop,
                async acme =>
                {
                    await acme.DeployAsync("ends");
                    var process = await RunAsync(acme, "ends");
                    return async () => Ok(await acme.App("ends").StopProcessAsync(Administrator, process));
                },
                "processes: removed web-*"
            ),
            Case(
                Operations.AppDelete,
                async acme =>
                {
                    await acme.CreateAppAsync("gone");
                    return async () => Ok(await acme.App("gone").DeleteAsync(Developer));
                },
                "status: running → deleting"
            ),
            Case(
                Operations.JobRetry,
                async acme =>
                {
                    await JobGrainTests.DeadAsync(acme, "lost");
                    return async () =>
                        Ok(await acme.Host.Grains.GetGrain<IJobGrain>("acme/lost").RetryAsync(Administrator));
                },
                "status: Dead → Queued"
            ),
        ];

    private static UpdateApp Update(bool? isLocked, params (string Name, string Value)[] parameters) =>
        new(isLocked, parameters.ToImmutableSortedDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal));

    private static async Task<string> RunAsync(Acme acme, string app) =>
        Ok(
            await acme.App(app)
                .RequestProcessAsync(Developer, new RequestProcess { Service = "web", Command = new("rake") })
        ).ProcessId;
}
