using System.Diagnostics;
using System.Text;
using Palisade.Domain.Manifest;
using static Palisade.Domain.Tests.Manifest.ManifestTesting;

namespace Palisade.Domain.Tests.Manifest;

public sealed class ManifestBoundsTests
{
    [Fact]
    public void A_manifest_larger_than_the_bound_is_refused()
    {
        var fits = "services: {}\n#" + new string('x', ManifestLimits.TextBytes - 14);

        Assert.Empty(ManifestParser.ParseAll(fits, NoEnvironment).Problems);
        Assert.Equal("the manifest is larger than 256 KiB", OnlyProblem(fits + "x").Message);
        Assert.Equal("the manifest is larger than 256 KiB", OnlyProblem(fits[..^1] + "é").Message);
    }

    [Fact]
    public void A_billion_laughs_is_refused_at_once()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 30; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        }

        var clock = Stopwatch.StartNew();
        var problem = OnlyProblem(text.ToString());

        Assert.StartsWith("more than 50000 values", problem.Message);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"took {clock.Elapsed}");
    }

    [Fact]
    public void Merges_count_like_copies()
    {
        var text =
            "base: &b {"
            + string.Join(", ", Enumerable.Range(0, 400).Select(i => $"k{i}: v"))
            + "}\nservices:\n"
            + string.Concat(Enumerable.Range(0, 200).Select(i => $"  s{i}: {{<<: *b}}\n"));

        Assert.StartsWith("more than 50000 values", OnlyProblem(text).Message);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Nesting_is_bounded(string open)
    {
        var problem = ManifestParser
            .ParseAll("a:\n  " + string.Concat(Enumerable.Repeat(open, 10_000)), NoEnvironment)
            .Problems[0];

        Assert.Equal("nested more than 32 deep", problem.Message);
    }

    [Fact]
    public void Entries_and_problems_are_bounded()
    {
        var services = "services:\n" + string.Concat(Enumerable.Range(0, 101).Select(i => $"  s{i}:\n"));
        var wrong =
            "services:\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"  s{i}: {{port: x, init: 5}}\n"));

        Assert.Equal("101 entries", OnlyProblem(services).Message);
        Assert.Equal(ManifestLimits.Problems, ManifestParser.ParseAll(wrong, NoEnvironment).Problems.Length);
    }

    [Fact]
    public void Interpolation_cannot_grow_without_bound()
    {
        var text = "services: {}\n# " + string.Concat(Enumerable.Repeat("${A}", 50_000));

        var problem = OnlyProblem(text, ("A", new string('a', 60_000)));

        Assert.StartsWith("interpolated values make it longer", problem.Message);
    }

    /// <summary>Shapes that cost some YAML readers quadratic time or worse, each near the size bound.</summary>
    [Theory]
    [InlineData("a: ", "\"\\", 1)]
    [InlineData("", "a: &a *a\n", 0)]
    [InlineData("a: ", "!", 1)]
    [InlineData("a: [", "a, ", 0)]
    [InlineData("a: {", "? ", 0)]
    [InlineData("", "? ", 0)]
    [InlineData("", "%TAG ! !\n", 0)]
    [InlineData("a: |\n", " \n", 0)]
    [InlineData("a: ", "${}", 0)]
    [InlineData("a: ", "${x", 0)]
    [InlineData("a: \"", "\n", 0)]
    [InlineData("a: \"", "x", 0)]
    [InlineData("", "---\n", 0)]
    [InlineData("", "#", 0)]
    [InlineData("", " ", 0)]
    [InlineData("a: ", "&a ", 0)]
    [InlineData("a: ", "x: ", 0)]
    [InlineData("<<: [", "{}, ", 0)]
    public void Hostile_shapes_end_quickly(string head, string repeated, int extra)
    {
        var text =
            head
            + string.Concat(Enumerable.Repeat(repeated, (ManifestLimits.TextBytes - 10) / repeated.Length))
            + new string(' ', extra);

        var clock = Stopwatch.StartNew();
        _ = ManifestParser.ParseAll(text, NoEnvironment);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }
}
