using System.Text.Json;
using Palisade.Domain.Releases;
using Palisade.Domain.Tests.Manifest;

namespace Palisade.Domain.Tests.Releases;

public sealed class EnvironmentTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("A=1", "A=1")]
    [InlineData("B=2\nA=1\n\n", "A=1\nB=2")]
    [InlineData("A=1\nA=2", "A=2")]
    [InlineData(" A =  x \r\nB=\r\n", "A=  x \nB=")]
    [InlineData("A=b=c\n=x\nnothing\n  =y", "A=b=c")]
    [InlineData("A=\"q\"\nC='\\n'", "A=\"q\"\nC='\\n'")]
    [InlineData("A=x\nA1=y\nA-B=z", "A-B=z\nA1=y\nA=x")]
    [InlineData("A=\uffff\nA\ud83d\ude00=1\nA\uffff=1", "A=\uffff\nA\uffff=1\nA\ud83d\ude00=1")]
    public void Parse_and_format_follow_the_wire(string text, string formatted) =>
        Assert.Equal(formatted, EnvironmentText.Format(EnvironmentText.Parse(text).Value).Value);

    [Theory]
    [InlineData("A=x\0y", "env.invalid", "line 1 of the environment holds a NUL character")]
    [InlineData(
        "B=1\nA\u0001=canary",
        "env.invalid",
        "the name in line 2 of the environment holds a control character"
    )]
    public void Parse_refuses_without_showing_values(string text, string code, string message)
    {
        var problem = EnvironmentText.Parse(text).Problem!;

        Assert.Equal((code, message), (problem.Code, problem.Message));
    }

    [Fact]
    public void Parse_keeps_its_bounds()
    {
        Assert.True(EnvironmentText.Parse("A=" + new string('x', EnvironmentText.MaxLineBytes - 2)).Ok);
        Assert.Equal(
            "env.too_large",
            EnvironmentText.Parse("A=" + new string('x', EnvironmentText.MaxLineBytes - 1)).Problem!.Code
        );
        Assert.Equal(
            "env.too_large",
            EnvironmentText.Parse("A=" + new string('é', EnvironmentText.MaxLineBytes / 2)).Problem!.Code
        );
        var line = "=" + new string('x', 60_000) + "\n";
        Assert.True(EnvironmentText.Parse(string.Concat(Enumerable.Range(0, 4).Select(i => $"A{i}{line}"))).Ok);
        Assert.Equal(
            "env.too_large",
            EnvironmentText.Parse(string.Concat(Enumerable.Range(0, 5).Select(i => $"A{i}{line}"))).Problem!.Code
        );
    }

    [Theory]
    [InlineData("A", "b\nc")]
    [InlineData("A", "b\r")]
    [InlineData("A=B", "c")]
    [InlineData(" A", "c")]
    [InlineData("", "c")]
    public void Format_refuses_what_would_not_come_back(string name, string value)
    {
        var problem = EnvironmentText.Format(new Dictionary<string, string> { [name] = value }).Problem!;

        Assert.Equal("env.invalid", problem.Code);
        Assert.DoesNotContain(value, problem.Message);
    }

    [Fact]
    public void A_diff_describes_names_in_sorted_groups()
    {
        var before = EnvironmentText.Parse("A=1\nB=1\nC=1\nD=1").Value;
        var after = EnvironmentText.Parse("B=2\nA=2\nD=1\nZ=1\nY=1").Value;

        var diff = EnvironmentDiff.Between(before, after);

        Assert.Equal("env add:Y add:Z change:A change:B remove:C", diff.Description);
        Assert.True(EnvironmentDiff.Between(after, after).IsEmpty);
    }

    [Fact]
    public void Values_show_in_no_text_and_no_json()
    {
        var env = EnvironmentText.Parse("A=canary").Value;

        Assert.Equal("1 variables [redacted]", env.ToString());
        Assert.Equal("\"[redacted]\"", JsonSerializer.Serialize(env));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<EnvironmentDictionary>("{\"A\":\"b\"}"));
    }

    [Fact]
    public void The_effective_environment_follows_precedence()
    {
        var service = ManifestTesting.Web("port: 3000\nenvironment: [A=default, B=default, RELEASE=mine, REQUIRED]");
        var release = EnvironmentText.Parse("B=\nREQUIRED=r\nUNDECLARED=u\nAPP=over").Value;

        var env = EffectiveEnvironment.For(service, release, Injected()).Value;

        Assert.Equal(
            "A=default,APP=over,B=,BUILD=BAAAAAAAAAA,PORT=3000,RACK=dev,RELEASE=mine,REQUIRED=r,SERVICE=web,UNDECLARED=u",
            string.Join(',', env.Select(v => $"{v.Key}={v.Value}"))
        );
    }

    [Fact]
    public void Missing_variables_are_named_all_at_once()
    {
        var service = ManifestTesting.Web("environment: [Z, A, B=1, '*', M]");

        var problem = EffectiveEnvironment.For(service, EnvironmentText.Parse("M=").Value, Injected()).Problem!;

        Assert.Equal(
            ("env.missing_required", "missing required environment variables: A, Z"),
            (problem.Code, problem.Message)
        );
    }

    private static InjectedEnvironment Injected() =>
        new()
        {
            Rack = "dev",
            App = "shop",
            Release = "RAAAAAAAAAA",
            Build = "BAAAAAAAAAA",
        };
}
