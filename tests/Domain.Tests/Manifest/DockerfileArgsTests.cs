using Palisade.Domain.Manifest;

namespace Palisade.Domain.Tests.Manifest;

public sealed class DockerfileArgsTests
{
    private const string Text = """
        # syntax=docker/dockerfile:1
        ARG BASE=node:20
        # ARG COMMENTED
        FROM ${BASE} AS deps
        arg token
        ARG A=1 B="x y" C
        RUN --mount=type=cache,target=/x --mount=type=bind,from=ghcr.io/acme/tools:1,target=/t echo \
            # ARG IN_COMMENT
            ARG NOT_ONE
        RUN <<EOF
        ARG IN_HEREDOC
        EOF
        COPY <<-"END" /x
        	ARG IN_HEREDOC_2
        	END
        ARG AFTER
        FROM --platform=linux/amd64 deps as Development
        COPY --from=deps --chown=1 /a /b
        COPY --from=0 /a /b
        COPY --from=localhost/other-org /a /b
        FROM scratch
        """;

    [Fact]
    public void Declarations_stages_and_images_are_found()
    {
        var file = DockerfileArgs.Read(Text).Value;

        Assert.Equal(["BASE", "token", "A", "B", "AFTER"], file.Arguments.AsEnumerable());
        Assert.Equal(["deps", "development"], file.Stages.AsEnumerable());
        Assert.Equal(
            [new(4, "${BASE}"), new(7, "ghcr.io/acme/tools:1"), new(20, "localhost/other-org"), new(21, "scratch")], file.Images.AsEnumerable());
        Assert.True(file.Images[0].Depends);
    }

    [Fact]
    public void S22_Only_declared_names_reach_a_build_and_a_warning_names_each()
    {
        var file = DockerfileArgs.Read("FROM a\nARG TOKEN\nARG MODE\nARG UNSET\n").Value;

        var (values, warnings) = DockerfileArgs.Select(
            file, new Dictionary<string, string> { ["TOKEN"] = "canary", ["MODE"] = "x", ["SECRET"] = "y" },
            new Dictionary<string, string> { ["MODE"] = "fast", ["OTHER"] = "z" });

        Assert.Equal(["MODE", "TOKEN"], values.Keys);
        Assert.Equal(("fast", "canary"), (values["MODE"].Reveal(), values["TOKEN"].Reveal()));
        Assert.Equal(
            ["the build receives the environment variable TOKEN because the Dockerfile has ARG TOKEN; it may stay in the image's history"],
            warnings.AsEnumerable());
    }

    [Fact]
    public void S18_A_build_cannot_start_from_the_local_store()
    {
        var problem = Assert.Single(DockerfileArgs.CheckImages(DockerfileArgs.Read(Text).Value, "web/Dockerfile"));

        Assert.Equal("line 20: web/Dockerfile: an image of the rack's own store or network: localhost/other-org; start from a published image", problem.Text);
    }

    [Theory]
    [InlineData("# escape=`\nFROM a\nRUN x `\n ARG NO\nARG YES\n", "YES")]
    [InlineData("FROM a\r\nARG YES\r\n", "YES")]
    [InlineData("FROM a\nRUN cat <<<EOF\nARG YES\n", "YES")]
    [InlineData("FROM a\nRUN x \\", "")]
    [InlineData("FROM a\nRUN <<EOF\nARG NO", "")]
    [InlineData("FROM\nARG\nARG =x\nARG 1A\n", "")]
    [InlineData("", "")]
    public void Odd_forms_are_read(string text, string names) =>
        Assert.Equal(names, string.Join(' ', DockerfileArgs.Read(text).Value.Arguments));

    [Fact]
    public void A_huge_dockerfile_is_refused() =>
        Assert.Equal("build.dockerfile_too_large", DockerfileArgs.Read(new string('#', DockerfileArgs.MaxLength + 1)).Problem!.Code);
}
