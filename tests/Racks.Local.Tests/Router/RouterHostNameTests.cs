using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>One form for each host name.</summary>
public sealed class RouterHostNameTests
{
    [Theory]
    [InlineData("Web.Example.COM.", "web.example.com")]
    [InlineData("b\u00fccher.example", "xn--bcher-kva.example")]
    [InlineData("a.b", "a.b")]
    public void Host_names_have_one_form(string written, string normal) =>
        Assert.Equal(normal, RouterHostName.Normalize(written).Value);

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("-a.b")]
    [InlineData("*.example.com")]
    [InlineData("a.b:80")]
    [InlineData("a_b.c")]
    [InlineData("10.0.0.1")]
    [InlineData("a b")]
    public void Host_names_that_are_none_are_refused(string written) =>
        Assert.False(RouterHostName.Normalize(written).Ok);
}
