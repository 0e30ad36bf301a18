using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Palisade.Domain.Tests.House;

/// <summary>What the layout and the style promise about the sources themselves.</summary>
public sealed class HouseTests
{
    private const int MostLines = 500;
    private const int MostColumns = 120;

    /// <summary>A text that a user reads is easier to find whole, so a line with a literal may be this long.</summary>
    private const int MostColumnsOfLiterals = 160;

    private static readonly string[] BannedFolders = ["Helpers", "Utils", "Common", "Managers"];

    /// <summary>Which projects each may name directly; anything else points the wrong way.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Grains.Interfaces"] = ["Domain"],
        ["Storage"] = ["Domain"],
        ["Racks"] = ["Domain"],
        ["Racks.Local"] = ["Racks"],
        ["Grains"] = ["Grains.Interfaces", "Storage", "Racks"],
        ["Silo"] = ["Grains", "Racks.Local"],
        ["Web"] = ["Silo"],
        ["Cli"] = ["Storage"],
    };

    [Fact]
    public void No_source_file_is_longer_than_500_lines()
    {
        var tooLong = Sources()
            .Select(file => (File: file, Lines: WorkingCopy.Read(file).Count(c => c == '\n')))
            .Where(f => f.Lines > MostLines)
            .Select(f => $"{f.File}: {f.Lines} lines");

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_line_is_longer_than_120_columns_unless_it_holds_a_literal()
    {
        var tooLong = Sources().SelectMany(file => LongLines(file, WorkingCopy.Read(file).Split('\n')));

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_folder_is_a_drawer_for_anything()
    {
        var drawers = WorkingCopy
            .Folders("src", "tests")
            .Where(folder => BannedFolders.Contains(Path.GetFileName(folder)));

        Assert.Empty(drawers);
    }

    [Fact]
    public void Every_namespace_is_file_scoped()
    {
        var scoped = Sources()
            .Where(file => Regex.IsMatch(WorkingCopy.Read(file), @"^namespace [\w.]+\s*\{", RegexOptions.Multiline));

        Assert.Empty(scoped);
    }

    [Fact]
    public void Nothing_is_left_to_be_done_in_a_comment()
    {
        // Written in parts, so that this file does not hold what it looks for.
        var left = new Regex(@"\b(TO" + "DO|FIX" + "ME|HA" + @"CK)\b");

        var found = Sources()
            .Concat(WorkingCopy.Files("*.sh", "eng"))
            .Concat(WorkingCopy.Files("*.sql", "src"))
            .Append("dev")
            .Where(file => left.IsMatch(WorkingCopy.Read(file)));

        Assert.Empty(found);
    }

    [Fact]
    public void Dependencies_point_one_way()
    {
        var wrong =
            from project in WorkingCopy.Files("*.csproj", "src")
            let name = Path.GetFileNameWithoutExtension(project)
            from reference in References(project)
            where !Allowed.GetValueOrDefault(name, []).Contains(reference)
            select $"{name} -> {reference}";

        Assert.Empty(wrong);
        Assert.Equal(
            Allowed.Keys.Order(),
            WorkingCopy.Files("*.csproj", "src").Select(p => Path.GetFileNameWithoutExtension(p)!).Order()
        );
    }

    [Theory]
    [InlineData("Domain")]
    [InlineData("Grains.Interfaces")]
    [InlineData("Grains")]
    public void Grains_and_domain_know_no_SQL_HTTP_or_AWS(string project)
    {
        var forbidden = new Regex(
            @"Palisade\.Storage\.(Sqlite|Postgres)|Microsoft\.Data\.|\bDapper\b|\bNpgsql\b|System\.Net\.Http|Microsoft\.AspNetCore|\bAmazon\.|\bAWSSDK"
                + @"|""\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s"
        );

        var found = WorkingCopy
            .Files("*.cs", $"src/{project}")
            .Where(file => forbidden.IsMatch(WorkingCopy.Read(file)));

        Assert.Empty(found);
    }

    [Fact]
    public void S33_every_project_locks_its_packages_and_CI_restores_only_what_is_locked()
    {
        var unlocked = WorkingCopy
            .Files("*.csproj", "src", "tests")
            .Where(p => !File.Exists(Path.Combine(WorkingCopy.Root, Path.GetDirectoryName(p)!, "packages.lock.json")));

        Assert.Empty(unlocked);
        Assert.Contains(
            "<RestoreLockedMode Condition=\"'$(CI)' == 'true'\">true<",
            WorkingCopy.Read("Directory.Build.props"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_check_of_every_change_is_dev_test()
    {
        var check = WorkingCopy.Read(".ci/run");

        Assert.Matches(@"(?m)^export CI=true$", check);
        Assert.Matches(@"(?m)^exec \./dev test( ""\$@"")?\n\z", check);
        Assert.All(
            ["dev", ".ci/run"],
            script =>
                Assert.True(
                    new FileInfo(Path.Combine(WorkingCopy.Root, script)).UnixFileMode.HasFlag(UnixFileMode.UserExecute),
                    script
                )
        );
    }

    private static IEnumerable<string> LongLines(string file, string[] lines)
    {
        var raw = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var comment = lines[i].TrimStart().StartsWith("//", StringComparison.Ordinal);
            var literal = raw || (!comment && lines[i].Contains('"', StringComparison.Ordinal));
            if (lines[i].Length > (literal ? MostColumnsOfLiterals : MostColumns))
            {
                yield return $"{file}:{i + 1}: {lines[i].Length} columns";
            }

            raw ^= Regex.Count(lines[i], "\"{3,}") % 2 == 1;
        }
    }

    private static IEnumerable<string> Sources() => WorkingCopy.Files("*.cs", "src", "tests");

    private static IEnumerable<string> References(string project) =>
        XDocument
            .Load(Path.Combine(WorkingCopy.Root, project))
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));
}
