using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps.Detail;

namespace Palisade.Browser.Tests;

public sealed class EnvironmentEditTests
{
    [Theory]
    [InlineData("A=1\nB=2", "", "", "A=1\nB=2")]
    [InlineData("A=1\nB=2", "B=3\nC=x=y", "", "A=1\nB=3\nC=x=y")]
    [InlineData("A=1\nB=2", "# why\n\n  # A=9\nC=#1", "A", "B=2\nC=#1")]
    [InlineData("A=1", "A=2", "A", "A=2")]
    [InlineData("", "A=1\r\nB=2\r\n", "Z", "A=1\nB=2")]
    public void What_is_not_named_stays_and_what_is_set_wins(string before, string set, string remove, string after) =>
        Assert.Equal(after, Edit(set, remove).ApplyTo(before).Value.Reveal());

    [Fact]
    public void Lines_that_the_server_would_refuse_are_refused_with_its_words() =>
        Assert.Equal("env.invalid", Edit("A=\0", "").ApplyTo("").Problem?.Code);

    private static EnvironmentEdit Edit(string set, string remove) =>
        new(
            "",
            new Sensitive<string>(set),
            remove.Split(',', StringSplitOptions.RemoveEmptyEntries).ToImmutableSortedSet()
        );
}
