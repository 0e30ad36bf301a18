using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using static Palisade.Domain.Tests.Manifest.ManifestTesting;

namespace Palisade.Domain.Tests.Manifest;

/// <summary>What is said of a manifest, and where in it.</summary>
public sealed partial class ManifestParserTests
{
    [Fact]
    public void Places_are_those_of_the_text_as_written()
    {
        var app = Valid(
            "services:\n  web:\n    command: ${LONG}\n    domain: ${LONG}.example.com, \n    port: 80\n",
            ("LONG", "abcdefghijklmnopqrstuvwxyz")
        );

        Assert.Equal(new ManifestPlace(2, 3), app.PlaceOf("services.web"));
        Assert.Equal(new ManifestPlace(5, 5), app.PlaceOf("services.web.port"));
        Assert.Equal(new ManifestPlace(2, 3), app.PlaceOf("services.web.nothing"));
        Assert.Equal(new ManifestPlace(1, 1), app.PlaceOf("timers"));
    }

    [Fact]
    public void All_problems_come_at_once_in_one_message_of_several_lines()
    {
        const string text = """
            services:
              web:
                build: .
                deployment:
                  maximum: 300
                # the port
                port: eighty
                internal: maybe
            """;

        var problem = ManifestParser.Parse(text, NoEnvironment).Problem;

        var invalid = Assert.IsType<Invalid>(problem);
        Assert.Equal("manifest.invalid", invalid.Code);
        Assert.Equal(
            """
            validation of the manifest failed:
            line 5: services.web.deployment.maximum: not a whole number: 300; use 100 to 200
            line 7: services.web.port: not a port number: eighty; use 1 to 65535
            line 8: services.web.internal: not true or false: maybe; use true or false
            """,
            invalid.Message
        );
    }

    [Fact]
    public void Missing_required_variables_are_named_together_and_sorted()
    {
        const string text =
            "environment: [ZED, B=1]\nservices:\n  a:\n    environment: [C, B]\n  b:\n    environment: [A, '*']\n";

        var result = ManifestParser.Parse(text, new Dictionary<string, string> { ["C"] = "" });

        Assert.Equal("env.missing_required", result.Problem!.Code);
        Assert.Equal("missing required environment variables: A, B, ZED", result.Problem.Message);
        Assert.True(ManifestParser.ParseAll(text, NoEnvironment, requireEnvironment: false).Manifest is not null);
    }

    [Theory]
    [InlineData("services:\n  web:\n    prot: 80\n", 3, "services.web.prot", "did you mean port?")]
    [InlineData("service:\n  web:\n", 1, "service", "did you mean services?")]
    [InlineData("services:\n  web:\n    health:\n      pth: /\n", 4, "services.web.health.pth", "did you mean path?")]
    [InlineData("services:\n  web:\n    quux: 80\n", 3, "services.web.quux", "remove it or check its place")]
    [InlineData("services:\n  web:\n    links: [a]\n", 3, "services.web.links", "remove it")]
    public void Unknown_keys_are_warnings_with_the_nearest_known_one(string text, int line, string key, string remedy)
    {
        var report = ManifestParser.ParseAll(text, NoEnvironment);

        Assert.NotNull(report.Manifest);
        Assert.Contains(report.Warnings, w => (w.Line, w.Key, w.Remedy) == (line, key, remedy));
    }

    [Fact]
    public void Text_of_a_manifest_never_shows_values()
    {
        var app = Valid(
            "services:\n  web:\n    command: run canary1\n    environment: [A=canary2]\n    build: {args: {K: canary3}}\n"
        );

        Assert.DoesNotContain(
            "canary",
            $"{app}{app.Services[0]}{app.Services[0].Build}{app.Services[0].Environment[0]}"
        );
    }
}
