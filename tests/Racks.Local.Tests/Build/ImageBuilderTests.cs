using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Tests.Engine;

namespace Palisade.Racks.Local.Tests.Build;

[Collection(EngineCollection.Name)]
public sealed partial class ImageBuilderTests(EngineFixture engine)
{
    private const string From = "FROM " + EngineFixture.Image + "\n";

    [Fact]
    public async Task A_build_gives_an_image_with_our_name_and_labels_and_its_log()
    {
        var (result, log) = await engine.BuildAsync(
            "hello",
            From + "RUN echo from-the-build; printf 'a\\033]0;x\\007b\\n'\nCMD [\"/bin/true\"]",
            "b1"
        );

        Assert.True(result.Ok, log);
        Assert.Equal("palisade/hello:b1", result.Value.Image);
        Assert.Contains("from-the-build", log, StringComparison.Ordinal);
        Assert.Contains("a]0;xb", log, StringComparison.Ordinal);
        var image = await engine.Client.InspectImageAsync(result.Value.Image, default);
        Assert.Contains(
            image!.Id.Replace("sha256:", "", StringComparison.Ordinal),
            result.Value.ImageId,
            StringComparison.Ordinal
        );
        Assert.Equal("b1", image.Config!.Labels!["palisade.build"]);

        Assert.True(await engine.Client.RemoveImageAsync(result.Value.Image, force: false, default));
        Assert.Null(await engine.Client.InspectImageAsync(result.Value.Image, default));
    }

    [Fact]
    public async Task Layers_that_a_failed_build_left_go_when_they_are_old_and_named_images_stay()
    {
        var (kept, log) = await engine.BuildAsync("kept", From + "RUN echo one > /one\nRUN echo two > /two", "k1");
        Assert.True(kept.Ok, log);
        var (failed, _) = await engine.BuildAsync("torn", From + "RUN echo left > /left\nRUN false", "t1");
        Assert.False(failed.Ok);
        var left = await DanglingAsync();
        Assert.NotEqual(0, left);

        await engine.Client.PruneLayersAsync(DateTimeOffset.UtcNow.AddHours(-1), default);
        Assert.Equal(left, await DanglingAsync());
        await engine.Client.PruneLayersAsync(DateTimeOffset.UtcNow.AddMinutes(1), default);

        Assert.Equal(0, await DanglingAsync());
        Assert.NotNull(await engine.Client.InspectImageAsync(kept.Value.Image, default));
        Assert.NotNull(await engine.Client.InspectImageAsync(EngineFixture.Image, default));

        async Task<int> DanglingAsync() =>
            (await engine.Client.ListImagesAsync([], default)).Count(image => image.RepoTags is not [_, ..]);
    }

    [Fact]
    public async Task A_Dockerfile_that_is_not_there_is_named_with_what_to_do()
    {
        var (result, _) = await engine.BuildAsync("none", From, change: r => r with { Dockerfile = "Dockerfile.web" });

        Assert.Equal(
            "There is no Dockerfile.web in the source; "
                + "add it, or name its folder as build and its file as build.manifest in convox.yml",
            result.Problem?.Text
        );
    }

    [Fact]
    public async Task S22_env_reaches_a_build_only_through_a_declared_ARG_and_never_the_process_list()
    {
        var seen = "";
        var env = ImmutableSortedDictionary<string, Sensitive<string>>
            .Empty.Add("DECLARED", new("canary-declared"))
            .Add("OTHER", new("canary-other"));
        var building = engine.BuildAsync(
            "args",
            From + "ARG DECLARED\nARG PLAIN\nRUN echo \"len=${#DECLARED} other=${#OTHER} plain=$PLAIN\"; sleep 3",
            change: r => r with { Environment = env, Arguments = r.Arguments.Add("PLAIN", "p1") }
        );
        while (!building.IsCompleted)
        {
            seen += string.Join('\n', Directory.GetDirectories("/proc").Select(Cmdline));
            await Task.Delay(100);
        }

        var (result, log) = await building;
        Assert.True(result.Ok, log);
        Assert.Contains("len=15 other=0 plain=p1", log, StringComparison.Ordinal);
        Assert.Equal(["DECLARED"], result.Value.ExposedEnvironment);
        Assert.Contains("--build-arg", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S22_an_env_name_that_would_steer_the_builder_is_refused()
    {
        var env = ImmutableSortedDictionary<string, Sensitive<string>>.Empty.Add("LD_PRELOAD", new("/tmp/x.so"));

        var (result, _) = await engine.BuildAsync(
            "steer",
            From + "ARG LD_PRELOAD\nRUN true",
            change: r => r with { Environment = env }
        );

        Assert.Equal("build.argument", result.Problem?.Code);
    }

    [Fact]
    public async Task S18_a_palisade_label_in_a_Dockerfile_is_refused()
    {
        var (result, _) = await engine.BuildAsync("label", From + "LABEL palisade.app=other");

        Assert.Equal("build.reserved_label", result.Problem?.Code);
        Assert.Null(await engine.Client.InspectImageAsync("palisade/label:1", default));
    }

    [Fact]
    public async Task S18_a_Dockerfile_or_folder_outside_of_the_source_is_refused()
    {
        foreach (
            var (path, file) in new[]
            {
                ("..", "Dockerfile"),
                (".", "../../etc/passwd"),
                ("/etc", "passwd"),
                (".", "none"),
            }
        )
        {
            var (result, _) = await engine.BuildAsync(
                "path",
                From,
                change: r => r with { Path = path, Dockerfile = file }
            );

            Assert.Equal("build.path", result.Problem?.Code);
        }
    }

    [Fact]
    public async Task A_cancelled_build_leaves_no_process_and_throws()
    {
        using var stop = new CancellationTokenSource();
        var building = engine.BuildAsync("cancelled", From + "RUN sleep 300019", stop: stop.Token);
        for (
            var i = 0;
            !Directory
                .GetDirectories("/proc")
                .Any(d => Cmdline(d).StartsWith("sleep\u0000300019", StringComparison.Ordinal));
            i++
        )
        {
            Assert.True(i < 2_400 && !building.IsCompleted, "The RUN step never started.");
            await Task.Delay(50);
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => building);
        Assert.DoesNotContain(
            Directory.GetDirectories("/proc"),
            d => Cmdline(d).StartsWith("sleep\u0000300019", StringComparison.Ordinal)
        );
    }

    private static string Cmdline(string folder)
    {
        try
        {
            return File.ReadAllText(folder + "/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
