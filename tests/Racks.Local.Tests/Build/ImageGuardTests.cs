using System.Collections.Immutable;
using Palisade.Racks.Local.Build;

namespace Palisade.Racks.Local.Tests.Build;

public sealed class ImageGuardTests
{
    private static readonly ImmutableDictionary<string, string> None = ImmutableDictionary<string, string>.Empty;

    [Theory]
    [InlineData("FROM localhost/palisade/other:1")]
    [InlineData("FROM palisade/other:1")]
    [InlineData("FROM localhost:5000/x")]
    [InlineData("FROM 70b783ef7a4b")]
    [InlineData("FROM sha256:70b783ef7a4b744889e646648479c5c6107201f1df73a37657fda38735d13b9d")]
    [InlineData("FROM containers-storage:localhost/palisade/other:1")]
    [InlineData("FROM oci-archive:/etc/passwd")]
    [InlineData("FROM dir:/root")]
    [InlineData("ARG B=palisade/other\nFROM ${B}:1")]
    [InlineData("ARG B\nFROM ${B:-localhost/x}")]
    [InlineData("FROM \"palisade/other:1\"")]
    [InlineData("FROM pali\\\nsade/other:1")]
    [InlineData("# a comment\nfrom\tlocalhost/x as y")]
    [InlineData("FROM scratch\nCOPY --from=palisade/other:1 / /")]
    [InlineData("FROM scratch\nCOPY --chown=1:1 --from=localhost/x / /")]
    [InlineData("FROM scratch\nARG X=palisade/other\nCOPY --from=$X / /")]
    [InlineData("FROM scratch\nONBUILD COPY --from=palisade/other / /")]
    public void S18_images_of_the_local_store_are_refused(string dockerfile)
    {
        var result = ImageGuard.Judge(dockerfile, None, ImmutableHashSet<string>.Empty);

        Assert.Equal("image.refused", result.Problem?.Code);
    }

    [Theory]
    [InlineData("FROM scratch\nRUN --mount=type=bind,from=node:20,source=/,target=/x ls")]
    [InlineData("FROM scratch\nRUN --mount=type=bind,source=/,target=/x ls")]
    [InlineData("FROM scratch\nRUN --mount=type=cache,id=../../etc,target=/x ls")]
    [InlineData("FROM scratch\nRUN --mount=type=cache,target=/../../x ls")]
    [InlineData("FROM scratch\nRUN --mount=target=/x,from=node ls")]
    [InlineData("FROM scratch\nRUN --security=insecure ls")]
    [InlineData("FROM scratch\nRUN --network=host ls")]
    [InlineData("# escape=`\nFROM scratch")]
    [InlineData("FROM scratch\nRUN cat <<EOF\nFROM x\nEOF")]
    [InlineData("FROM scratch\nINCLUDE /etc/passwd")]
    [InlineData("FROM $UNKNOWN")]
    [InlineData("RUN ls")]
    [InlineData("FROM a b c d")]
    public void S25_forms_that_reach_beyond_the_source_are_refused(string dockerfile)
    {
        var result = ImageGuard.Judge(dockerfile, None, ImmutableHashSet<string>.Empty);

        Assert.Equal("build.dockerfile", result.Problem?.Code);
        Assert.DoesNotContain('%', result.Problem!.Message);
    }

    [Fact]
    public void Names_are_written_in_full_so_that_no_local_image_can_answer_to_them()
    {
        var result = ImageGuard.Judge(
            """
            # syntax=docker/dockerfile:1
            ARG NODE=20
            FROM --platform=$BUILDPLATFORM node:${NODE}-alpine AS Build
            ARG TOKEN
            RUN --mount=type=cache,target=/root/.npm npm ci \
              # why
              && npm run build
            FROM cafe
            COPY --from=build /a /b
            COPY --from=0 /c /d
            COPY --from=ghcr.io/org/tool:1 /e /f
            """,
            None.Add("NODE", "22"),
            ImmutableHashSet<string>.Empty
        );

        Assert.True(result.Ok, result.ToString());
        Assert.Contains(
            "FROM docker.io/library/node:22-alpine AS Build\n",
            result.Value.Text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "RUN --mount=type=cache,target=/root/.npm npm ci   && npm run build\n",
            result.Value.Text,
            StringComparison.Ordinal
        );
        Assert.Contains("FROM docker.io/library/cafe:latest\n", result.Value.Text, StringComparison.Ordinal);
        Assert.Contains(
            "COPY --from=build /a /b\nCOPY --from=0 /c /d\nCOPY --from=ghcr.io/org/tool:1 /e /f\n",
            result.Value.Text,
            StringComparison.Ordinal
        );
        Assert.Equal(["NODE", "TOKEN"], result.Value.Arguments.Order());
    }

    [Theory]
    [InlineData("FROM a\r\nARG YES\r\n", "YES")]
    [InlineData("FROM a\nRUN x \\\n  # ARG IN_COMMENT\n  ARG NOT_ONE\narg token", "token")]
    [InlineData("ARG BASE=node\nFROM ${BASE}\nARG A=1 B=\"x y\" C\nRUN cat <<<EOF\nARG LAST", "A B BASE C LAST")]
    [InlineData("FROM a\nARG =x\nARG 1A\n", "")]
    public void S22_Declared_names_are_found_in_odd_forms(string dockerfile, string names)
    {
        var result = ImageGuard.Judge(dockerfile, None, ImmutableHashSet<string>.Empty);

        Assert.Equal(names, string.Join(' ', result.Value.Arguments.Order(StringComparer.Ordinal)));
    }
}
