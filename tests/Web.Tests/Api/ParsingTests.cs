using Microsoft.AspNetCore.Http;
using Palisade.Web.Api.Parsing;

namespace Palisade.Web.Tests.Api;

public sealed class ParsingTests
{
    [Theory]
    [InlineData("1h30m0s", 5400)]
    [InlineData("5s", 5)]
    [InlineData("1.5s", 1.5)]
    [InlineData("300ms", 0.3)]
    [InlineData("-2m", -120)]
    [InlineData("0", 0)]
    [InlineData("2us", 0.000002)]
    [InlineData("1h0m0.5s", 3600.5)]
    public void A_go_duration_is_read(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));

        Assert.Equal(seconds, duration.TotalSeconds, 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData("1x")]
    [InlineData("1.2.3s")]
    [InlineData("99999999999h")]
    [InlineData("--5s")]
    public void What_go_refuses_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Fact]
    public void A_form_is_decoded_as_the_client_encodes_it()
    {
        var fields = FormText.Parse("env=A%3D1%0ABAZ%3Dqux&description=my+desc&empty=").Value;

        Assert.Equal("A=1\nBAZ=qux", fields[0].Value);
        Assert.Equal("my desc", fields[1].Value);
        Assert.Equal("", fields[2].Value);
    }

    [Theory]
    [InlineData("a=%zz")]
    [InlineData("a=%")]
    [InlineData("a=%ff")]
    [InlineData("a=%00")]
    [InlineData("%ff=a")]
    public void A_form_that_is_not_text_is_invalid(string form) =>
        Assert.Equal("form.invalid", FormText.Parse(form).Problem?.Code);

    [Fact]
    public void Options_are_typed_and_the_first_problem_names_its_option()
    {
        var options = WireOptions.Of(FormText.Parse("n=7&b=true&m=baz%3D1%26foo%3Dbar&l=a,b&bad=x&worse=y").Value);

        Assert.Equal(7, options.Int("n", 0, 10));
        Assert.True(options.Bool("b"));
        Assert.Equal("bar", options.Map("m")!["foo"]);
        Assert.Equal(["a", "b"], options.List("l").ToArray());
        Assert.Null(options.Int("absent", 0, 1));
        Assert.Null(options.Problem);
        Assert.Null(options.Int("bad", 0, 10));
        Assert.Null(options.Bool("worse"));
        Assert.Equal("bad must be a whole number from 0 to 10", options.Problem?.Message);
    }

    [Fact]
    public void Headers_carry_utf8_in_latin1_clothes()
    {
        var headers = new HeaderDictionary { ["Command"] = "echo \u00c3\u00a9", ["Bad"] = "\u00ff" };
        var options = WireOptions.Of(headers);

        Assert.Equal("echo é", options.Text("Command"));
        Assert.Null(options.Text("Bad"));
        Assert.Equal("Bad is not UTF-8 text", options.Problem?.Message);
    }

    [Fact]
    public void An_error_has_no_percent_sign() => Assert.DoesNotContain('%', Clean.ErrorText("disk 100% full"));
}
