using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Apps;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

internal static partial class ChangeCases
{
    private static ImmutableArray<ChangeCase> Builds =>
        [
            Case(
                Operations.BuildCreate,
                async acme =>
                {
                    await acme.CreateAppAsync("built");
                    var command = new StartBuild
                    {
                        Source = "",
                        Description = "first",
                        GitSha = "f00d",
                        BuildArgs = new("TOKEN=canary"),
                    };
                    return () => acme.BuildAsync("built", command);
                },
                "id: added B*",
                "status: added running",
                "description: added first",
                "gitSha: added f00d",
                "buildArgs: added (secret)"
            ),
            Case(
                Operations.BuildImport,
                async acme =>
                {
                    var app = await acme.CreateAppAsync("brought");
                    var command = new StartBuild
                    {
                        Source = await acme.UploadAsync(app),
                        Description = "from elsewhere",
                    };
                    var build = new BuildRef(app.Ref, "BIMPORTEDAA");
                    return async () =>
                    {
                        Ok(
                            await acme
                                .Host.Grains.GetGrain<IBuildGrain>(build.ToString())
                                .ImportAsync(Developer, command)
                        );
                        await acme.BuildOverAsync(build);
                    };
                },
                "id: added B*",
                "status: added running",
                "description: added from elsewhere",
                "imported: false → true"
            ),
            Case(
                Operations.BuildRun,
                async acme =>
                {
                    await acme.CreateAppAsync("run");
                    return () => acme.BuildAsync("run");
                },
                "images.web: added *",
                "status: running → complete",
                "release: added *"
            ),
            Case(
                Operations.AppPrune,
                async acme =>
                {
                    await acme.CreateAppAsync();
                    var first = await acme.BuildAsync();
                    await acme.BuildAsync();
                    return async () =>
                    {
                        await acme.BuildAsync();
                        await PruneFacts.PrunedAsync(acme);
                        await Eventually.Of(
                            async () =>
                                Code(
                                    await acme
                                        .Host.Grains.GetGrain<IBuildGrain>($"acme/staging/web/{first.Id}")
                                        .GetAsync(Developer)
                                ),
                            code => code == "build.pruned",
                            "the oldest build is pruned"
                        );
                    };
                },
                "releases.*: removed B*",
                "images.web: removed *",
                "pruned: false → true"
            ),
            Case(
                Operations.BuildCancel,
                async acme =>
                {
                    await acme.CreateAppAsync("stopped");
                    acme.Host.Rack.Build = static async (_, _, stop) =>
                    {
                        await Task.Delay(Timeout.Infinite, stop);
                        return new Invalid("x", "x");
                    };
                    var build = await acme.StartBuildAsync("stopped");
                    var grain = acme.Host.Grains.GetGrain<IBuildGrain>(build.ToString());
                    return async () => Ok(await grain.CancelAsync(Developer));
                },
                "status: running → failed",
                "reason: added *"
            ),
        ];
}
