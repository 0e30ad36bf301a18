using System.Globalization;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Apps.PruneFacts;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Apps;

/// <summary>
/// Builds, changes of the environment, promotes and rollbacks beside prunes that take their time: no process ever lacks
/// its image, and in the end there is what is needed and nothing else.
/// </summary>
public sealed class PruningRaceTests
{
    private readonly int _seed = int.TryParse(
        Environment.GetEnvironmentVariable("PALISADE_SEED"),
        NumberStyles.Integer,
        CultureInfo.InvariantCulture,
        out var given
    )
        ? given
        : Random.Shared.Next();

    [Fact]
    public async Task Nothing_that_is_needed_ever_goes()
    {
        await using var acme = await StartAsync(settings: Two);
        var app = await acme.CreateAppAsync();
        var rack = acme.Host.Rack;
        var pauses = new Random(_seed);
        rack.Listed = PauseAsync;
        rack.RemovingBuild = async (_, _) =>
        {
            await PauseAsync();
            return null;
        };
        rack.Build = async (input, _, _) =>
        {
            rack.Keep(input.AppId, input.BuildId, FakeRackProvider.Output(input.BuildId));
            await PauseAsync();
            return FakeRackProvider.Output(input.BuildId);
        };
        var first = await acme.BuildAsync();
        await acme.PromoteAsync(first.Release);

        await Task.WhenAll(BuildAndPromoteAsync(), ChangeAsync(), GoBackAsync());
        await acme.StatusAsync(AppStatus.Running);
        await acme.SettledAsync();
        await acme.SetEnvAsync("COLOR=last");
        await acme.SetEnvAsync("COLOR=very-last");
        await PrunedAsync(acme);

        Assert.True(
            rack.ImagesMissing == 0,
            $"{rack.ImagesMissing} processes lacked their image; PALISADE_SEED={_seed}"
        );
        var releases = await ReleasesAsync();
        var needed = releases.Select(r => r.Build).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(needed.SequenceEqual(rack.Images(app.Id)), $"PALISADE_SEED={_seed}");
        Assert.Equal(needed, await RowsAsync(acme, ViewKinds.Build));
        Assert.Contains(Ok(await acme.App().GetAsync(Developer)).Release, releases.Select(r => r.Id));

        async Task BuildAndPromoteAsync()
        {
            for (var i = 0; i < 12; i++)
            {
                var build = acme.Host.Grains.GetGrain<IBuildGrain>((await acme.StartBuildAsync()).ToString());
                var over = await Eventually.Of(
                    () => build.GetAsync(Developer),
                    b => !b.Ok || b.Value.Status != BuildStatus.Running,
                    "a build is over"
                );
                // So many releases are made beside it that one may be past the bound before anybody looks.
                Assert.Equal(BuildStatus.Complete, over.Ok ? over.Value.Status : BuildStatus.Complete);
                Assert.Contains(Code(over), (string[])["ok", "build.pruned"]);
                if (over.Ok)
                {
                    await TryPromoteAsync(over.Value.Release);
                }
            }
        }

        async Task ChangeAsync()
        {
            for (var i = 0; i < 40; i++)
            {
                await acme.SetEnvAsync($"COLOR=c{i}");
                await PauseAsync();
            }
        }

        async Task GoBackAsync()
        {
            for (var i = 0; i < 25; i++)
            {
                var oldest = (await ReleasesAsync())[0];
                var made = await acme.App().CreateReleaseAsync(Developer, new CreateRelease { Build = oldest.Build });
                if (made.TryGet(out var release, out var problem))
                {
                    await TryPromoteAsync(release.Id);
                }
                else
                {
                    Assert.Contains(problem.Code, (string[])["build.pruned", "build.not_found"]);
                }
            }
        }

        // One may have been pruned, or overtaken by one that runs already.
        async Task TryPromoteAsync(string release)
        {
            var promoted = await acme.App().PromoteAsync(Developer, new PromoteRelease(release, true, null));
            Assert.Contains(Code(promoted), (string[])["ok", "release.pruned", "release.older"]);
        }

        async Task<List<ReleaseView>> ReleasesAsync() =>
            [
                .. (await acme.Host.Store.Views.ListAsync(new("acme", ViewKinds.Release, "staging/web/"))).Select(r =>
                    ViewJson.Read<ReleaseView>(r.Json)
                ),
            ];

        Task PauseAsync()
        {
            lock (pauses)
            {
                return Task.Delay(pauses.Next(4));
            }
        }
    }
}
