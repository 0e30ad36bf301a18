using Palisade.Driver;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>What fails before anything is changed.</summary>
public sealed partial class FailureTests
{
    [Fact]
    public async Task A_failing_build_step_fails_the_build()
    {
        using var source = AppSource
            .Of("web")
            .Replace("Dockerfile", "COPY start", "RUN echo the step says this; false\nCOPY start");
        var (log, reason) = await BuildFailsAsync(source);

        Assert.Contains("the step says this", log, StringComparison.Ordinal);
        Assert.Contains("web", reason, StringComparison.Ordinal);
        Assert.Contains("RUN", $"{reason} {log}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_manifest_fails_the_build_with_line_key_and_remedy()
    {
        using var source = AppSource
            .Of("web")
            .Replace("convox.yml", "port: 3000", "port: bananas")
            .Replace("convox.yml", "cpu: 100", "cqu: 100");
        var (log, reason) = await BuildFailsAsync(source);

        foreach (var text in (string[])[log, reason])
        {
            Assert.Contains("line 6", text, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("services.web.port", text, StringComparison.Ordinal);
            Assert.Contains("bananas", text, StringComparison.Ordinal);
        }

        Assert.Contains("cqu", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resources:\n  db:\n    type: postgres\n", "resources")]
    [InlineData("timers:\n  nightly:\n    schedule: \"0 3 * * *\"\n    command: true\n    service: web\n", "timers")]
    public async Task What_the_rack_can_not_run_is_refused_by_name(string section, string key)
    {
        using var source = AppSource.Of("web");
        source.With("convox.yml", File.ReadAllText(Path.Combine(source.Folder, "convox.yml")) + section);
        var (log, reason) = await BuildFailsAsync(source);

        Assert.Contains(key, reason, StringComparison.Ordinal);
        Assert.Contains(key, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_can_not_be_had_fails_the_build()
    {
        using var source = AppSource
            .Empty()
            .With("convox.yml", "services:\n  web:\n    image: registry.invalid/no/such:1\n    port: 3000\n");
        var (_, reason) = await BuildFailsAsync(source);

        Assert.Contains("registry.invalid/no/such:1", reason, StringComparison.Ordinal);
    }

    /// <summary>Builds what must fail, under steady requests; gives the log and the reason.</summary>
    private async Task<(string Log, string Reason)> BuildFailsAsync(AppSource source)
    {
        await host.DeployedAsync(App);
        var before = await _convox.AppAsync(App);
        await using var steady = SteadyRequests.Of(host, App);
        var failure = await Assert.ThrowsAsync<ConvoxException>(() => _convox.DeployAsync(App, source.Folder));
        Assert.Equal("build failed", failure.Message);

        var build = (await _convox.BuildsAsync(App, 1)).Single();
        var after = await _convox.AppAsync(App);
        Assert.Equal(("failed", ""), (build.Status, build.Release));
        Assert.Equal(("running", before.Release), (after.Status, after.Release));
        Assert.False(string.IsNullOrWhiteSpace(build.Reason));
        return ((string)failure.Data["log"]!, build.Reason!);
    }
}
