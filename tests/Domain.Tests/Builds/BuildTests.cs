using System.Collections.Immutable;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Tests.Builds;

public sealed class BuildTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly BuildRef Ref = BuildRef.Parse("acme/staging/web/BAAAAAAAAAA");
    private static readonly ImmutableSortedDictionary<string, string> Images = ImmutableSortedDictionary<
        string,
        string
    >.Empty.Add("web", "image");

    [Fact]
    public void A_build_is_over_once()
    {
        var state = Started();
        state = Do(state, BuildDecisions.ImagesReady(state, Images, "services:", ""));
        Assert.Empty(BuildDecisions.ImagesReady(state, Images, "other", "").Value.Events);
        state = Do(state, BuildDecisions.Completed(state, "RAAAAAAAAAA", Now));

        Assert.Equal((BuildStatus.Complete, "RAAAAAAAAAA", null), (state.Status, state.Release, state.BuildArgs));
        Assert.Empty(BuildDecisions.Failed(state, "late", false, Now).Value.Events);
        Assert.Empty(BuildDecisions.Completed(state, "RBBBBBBBBBB", Now).Value.Events);
    }

    [Fact]
    public void A_reason_is_bounded_and_can_be_stored()
    {
        var state = Started();

        state = Do(
            state,
            BuildDecisions.Failed(state, "line one\nline two\0\u001b[31m" + new string('x', 5000), false, Now)
        );

        Assert.StartsWith("line one\nline two[31m", state.Reason, StringComparison.Ordinal);
        Assert.Equal(BuildDecisions.MaxReason, state.Reason.Length);
    }

    [Fact]
    public void A_build_without_its_app_is_in_no_list()
    {
        var state = Started();
        Assert.NotNull(Assert.Single(BuildDecisions.Project(Ref, state)).Json);

        state = Do(state, BuildDecisions.Failed(state, "gone", true, Now));

        Assert.Null(Assert.Single(BuildDecisions.Project(Ref, state)).Json);
    }

    [Theory]
    [InlineData("acme/staging/web")]
    [InlineData("acme/staging/web/RAAAAAAAAAA")]
    [InlineData("acme/staging/web/BAAAAAAAAAA/x")]
    [InlineData("BAAAAAAAAAA")]
    [InlineData("")]
    public void An_address_of_a_build_has_its_form(string text) =>
        Assert.Throws<FormatException>(() => BuildRef.Parse(text));

    private static BuildState Started() =>
        BuildDecisions.Apply(
            new BuildState(),
            new BuildStarted
            {
                Id = "BAAAAAAAAAA",
                App = "web",
                AppId = "0000000001",
                Description = "",
                GitSha = "",
                ManifestFile = "convox.yml",
                Source = "s",
                NoCache = false,
                BuildArgs = new Sealed("k", [], []),
                At = Now,
                By = Principal.System,
            }
        );

    private static BuildState Do(BuildState state, Result<Decision<BuildEvent, Done>> decided) =>
        decided.Value.Events.Aggregate(state, BuildDecisions.Apply);
}
