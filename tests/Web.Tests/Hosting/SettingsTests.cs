using System.Reflection;
using System.Text.RegularExpressions;
using Palisade.Driver;
using Palisade.Grains.Audit.Sinks;
using Palisade.Racks.Local.Rack;
using Palisade.Silo.Hosting;
using Palisade.Storage.Postgres;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.Hosting;

/// <summary>
/// The settings that the guides list are those of the product: the options classes that name a section of the
/// configuration.
/// </summary>
public sealed partial class SettingsTests
{
    /// <summary>What the command line says, and what code alone sets.</summary>
    private static readonly string[] NoSettings =
    [
        "Web__Bind",
        "Web__DataFolder",
        "Web__HttpsPort",
        "LocalRacks__Directory",
        "LocalRacks__EngineSocket",
        "LocalRacks__RouterPort",
        "LocalRacks__RouterTlsPort",
        "Postgres__Events",
    ];

    [Fact]
    public void The_guides_list_every_setting_and_no_other()
    {
        var listed = Directory
            .GetFiles(Path.Combine(Repository.Root, "docs", "guides"), "*.md")
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith('|'))
            .SelectMany(line => NamesIn(line.Split('|')[1]));

        Assert.Equal(Settings().Order(StringComparer.Ordinal), listed.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("compose/compose.yaml")]
    [InlineData("systemd/node.env")]
    [InlineData("systemd/migrate.env")]
    public void What_a_file_of_deploy_sets_is_a_setting(string file)
    {
        var named = NamesIn(File.ReadAllText(Path.Combine(Repository.Root, "deploy", file))).ToArray();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Settings()));
    }

    [Fact]
    public void A_section_is_bound_by_one_class()
    {
        var sections = Options().Select(SectionOf).ToArray();

        Assert.Equal(sections.Distinct(), sections);
        Assert.Equal(["Apps", "FirstRun", "LocalRacks", "Logs", "Node", "Postgres", "Sinks", "Web"], sections.Order());
    }

    private static IEnumerable<Type> Options() =>
        new[]
        {
            typeof(WebOptions),
            typeof(NodeOptions),
            typeof(SinkOptions),
            typeof(PostgresStoreOptions),
            typeof(LocalRackOptions),
        }
            .Select(type => type.Assembly)
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetField("SectionName")?.IsLiteral == true);

    private static string SectionOf(Type options) => (string)options.GetField("SectionName")!.GetRawConstantValue()!;

    /// <summary>As variables of the environment name them, without what follows in a list.</summary>
    private static IEnumerable<string> Settings() =>
        from options in Options()
        from property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite || property.PropertyType == typeof(IList<string>)
        let name = $"{SectionOf(options)}__{property.Name}"
        where !NoSettings.Contains(name)
        select name;

    private static IEnumerable<string> NamesIn(string text) =>
        Name().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"\b([A-Z]\w*?__[A-Za-z]+)")]
    private static partial Regex Name();
}
