using System.Text.RegularExpressions;

namespace Palisade.Domain.Tests.House;

/// <summary>The documents say what is there.</summary>
public sealed class DocumentTests
{
    [Fact]
    public void Every_rule_has_one_row_and_every_test_that_it_names_exists()
    {
        var rows = WorkingCopy
            .Read("docs/security-rules.md")
            .Split('\n')
            .Select(line => Regex.Match(line, @"^\| (S\d\d) \| (.*) \| (.*) \|$"))
            .Where(row => row.Success)
            .ToArray();
        var tests = WorkingCopy
            .Files("*.cs", "tests")
            .SelectMany(file => Regex.Matches(WorkingCopy.Read(file), @"\b(S\d\d_\w+)\("))
            .Select(m => m.Groups[1].Value)
            .ToHashSet();

        var named = rows.SelectMany(row =>
                Regex
                    .Matches(row.Groups[3].Value, @"`(\w+)`")
                    .Select(m => (Rule: row.Groups[1].Value, Test: m.Groups[1].Value))
            )
            .ToArray();

        Assert.Equal(Enumerable.Range(1, 33).Select(n => $"S{n:00}"), rows.Select(row => row.Groups[1].Value));
        Assert.DoesNotContain(named, n => !tests.Contains(n.Test) || !Regex.IsMatch(n.Test, $@"\A(S\d\d_)*{n.Rule}_"));
        Assert.All(
            rows,
            row =>
                Assert.True(
                    row.Groups[3].Value.Contains('`', StringComparison.Ordinal)
                        || row.Groups[3].Value.StartsWith("not yet", StringComparison.Ordinal),
                    row.Value
                )
        );
    }

    [Fact]
    public void Every_link_between_the_documents_leads_somewhere()
    {
        var broken =
            from file in WorkingCopy
                .Files("*.md", "docs", "examples")
                .Concat(["README.md", "CONTRIBUTING.md", "SECURITY.md"])
            from Match link in Regex.Matches(WorkingCopy.Read(file), @"\]\((?!https?:|#)([^)#]+)")
            let target = Path.Combine(WorkingCopy.Root, Path.GetDirectoryName(file)!, link.Groups[1].Value)
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{file} -> {link.Groups[1].Value}";

        Assert.Empty(broken);
    }
}
