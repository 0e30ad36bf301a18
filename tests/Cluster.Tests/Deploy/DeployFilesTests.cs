using System.Text.RegularExpressions;
using Palisade.Driver;
using YamlDotNet.RepresentationModel;

namespace Palisade.Cluster.Tests.Deploy;

/// <summary>What <c>deploy/</c> holds, as far as one machine can tell that it is right.</summary>
public sealed partial class DeployFilesTests : IDisposable
{
    private static readonly string Deploy = Path.Combine(Repository.Root, "deploy");

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-deploy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Everything_that_a_service_of_the_compose_file_names_is_declared_and_every_file_of_ours_is_there()
    {
        var folder = Path.Combine(Deploy, "compose");
        var yaml = new YamlStream();
        using (var reader = File.OpenText(Path.Combine(folder, "compose.yaml")))
        {
            yaml.Load(reader);
        }

        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        var services = Children(root, "services");
        var (secrets, volumes) = (Children(root, "secrets"), Children(root, "volumes"));
        Assert.True(services.Keys.Count(name => name.StartsWith("node", StringComparison.Ordinal)) > 1);
        foreach (var (name, service) in services)
        {
            var parts = (YamlMappingNode)service;
            Assert.All(Items(parts, "secrets"), secret => Assert.Contains(Source(secret), secrets.Keys));
            Assert.All(
                Items(parts, "volumes").Select(volume => volume.ToString().Split(':')[0]),
                source =>
                    Assert.True(
                        source.StartsWith('.')
                            ? File.Exists(Path.Combine(folder, source))
                            : volumes.ContainsKey(source),
                        $"{name}: {source}"
                    )
            );
            if (parts.Children.TryGetValue("depends_on", out var others))
            {
                Assert.All(
                    others is YamlMappingNode map
                        ? map.Children.Keys.Select(k => k.ToString())
                        : Items(parts, "depends_on").Select(o => o.ToString()),
                    other => Assert.Contains(other, services.Keys)
                );
            }
        }
    }

    // S01: a node that is to listen for others does not start before somebody has signed in, or was chosen to.
    [Theory]
    [InlineData("compose/compose.yaml", "0.0.0.0", "FirstRun__PasswordFile: /run/secrets/first_password")]
    [InlineData("systemd/palisade.service", "--bind ${PALISADE_BIND}", "EnvironmentFile=/etc/palisade/node.env")]
    [InlineData("systemd/node.env", "PALISADE_BIND=10.0.0.11", "FirstRun__PasswordFile=/etc/palisade/first-password")]
    public async Task A_node_that_listens_for_others_is_told_who_signs_in_first(string file, string open, string told)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Deploy, file));

        Assert.Contains(open, text, StringComparison.Ordinal);
        Assert.Contains(told, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Systemd_takes_the_units()
    {
        var units = Path.Combine(_folder, "units");
        Directory.CreateDirectory(Path.Combine(units, "palisade.service.d"));
        foreach (
            var file in (string[])["palisade.service", "palisade-migrate.service", "palisade.service.d/no-rack.conf"]
        )
        {
            // What is not installed here is not what is asked.
            var text = File.ReadAllText(Path.Combine(Deploy, "systemd", file));
            await File.WriteAllTextAsync(
                Path.Combine(units, file),
                Program()
                    .Replace(text, "/bin/true")
                    .Replace("User=palisade", "User=daemon", StringComparison.Ordinal)
                    .Replace("Group=palisade", "Group=daemon", StringComparison.Ordinal)
                    .Replace("Documentation=file:///opt/palisade/README.md", "", StringComparison.Ordinal)
            );
        }

        var said = await Run.AsLongAsItTakesAsync(
            new Dictionary<string, string>(),
            "systemd-analyze",
            "verify",
            "--man=no",
            "--recursive-errors=no",
            Path.Combine(units, "palisade.service"),
            Path.Combine(units, "palisade-migrate.service")
        );

        Assert.Equal("", said);
    }

    private static IReadOnlyDictionary<string, YamlNode> Children(YamlMappingNode node, string name) =>
        ((YamlMappingNode)node.Children[name]).Children.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value);

    private static IEnumerable<YamlNode> Items(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(name, out var found) && found is YamlSequenceNode list ? list.Children : [];

    private static string Source(YamlNode secret) =>
        secret is YamlMappingNode map ? map.Children["source"].ToString() : secret.ToString();

    [GeneratedRegex(@"/opt/palisade/\S+")]
    private static partial Regex Program();
}
