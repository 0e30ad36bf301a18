using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Tests.Engine;

namespace Palisade.Racks.Local.Tests.Build;

[Collection(EngineCollection.Name)]
public sealed class BuilderEndTests(EngineFixture engine)
{
    /// <summary>What podman 4.3 says.</summary>
    [Theory]
    [InlineData(3, "Error: building at STEP \"RUN exit 3\": while running runtime: exit status 3", false)]
    [InlineData(125, "Error: building at STEP \"RUN exit 125\": while running runtime: exit status 125", false)]
    [InlineData(
        125,
        "Error: building at STEP \"COPY missing /x\": checking on sources under \"/s\": copier: stat: \"/missing\": no such file or directory",
        false
    )]
    [InlineData(
        125,
        "Error: creating build container: initializing source docker://registry.invalid/x:1: pinging container registry registry.invalid",
        false
    )]
    [InlineData(125, "Error: COPY --from=nostage: no stage or image found with that name", false)]
    [InlineData(
        125,
        "Error: building at STEP \"RUN true\": determining run uid: user: unknown user error looking up user \"nobody\"",
        false
    )]
    [InlineData(
        125,
        "Error: committing container for step {Env:[]}: copying layers and metadata for container \"9a\": layer not known",
        true
    )]
    [InlineData(125, "Error: building at STEP \"COPY a /a\": storing \"a\": no space left on device", true)]
    [InlineData(125, "Error: creating build container: mounting new container: device or resource busy", true)]
    [InlineData(125, null, true)]
    [InlineData(137, null, true)]
    public void Whose_failure_it_was_is_told_by_the_last_line(int exitCode, string? error, bool engines) =>
        Assert.Equal(engines, BuilderEnd.IsEngines(exitCode, error));

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, ImageBuilder.EngineFailed)]
    public async Task A_build_at_which_the_engine_fails_is_tried_once_more(int failures, string? code)
    {
        var folder = engine.NewFolder();
        var podman = Path.Combine(folder, "podman");
        await File.WriteAllTextAsync(
            podman,
            $"""
            #!/bin/sh
            n=$(cat "{folder}/n" 2>/dev/null || echo 0)
            if [ "$1" = build ] && [ "$n" -lt {failures} ]; then
                echo $((n+1)) > "{folder}/n"
                echo 'Error: committing container: layer not known'
                exit 125
            fi
            exec "{engine.Host.PodmanPath}" "$@"
            """
        );
        File.SetUnixFileMode(podman, (UnixFileMode)0x1ED);
        using var host = new EngineHost(
            new() { Directory = engine.Host.Folder.Path, PodmanPath = podman },
            TimeProvider.System,
            NullLogger<EngineHost>.Instance
        );
        await host.EnsureAsync(default);
        var builder = new ImageBuilder(host, engine.BuildNetwork, TimeProvider.System);

        var (result, log) = await engine.BuildAsync(
            "again",
            "FROM scratch\nCOPY busybox /bin/busybox\n",
            builder: builder
        );

        Assert.Equal(code, result.Problem?.Code);
        Assert.Contains("building once more", log, StringComparison.Ordinal);
    }
}
