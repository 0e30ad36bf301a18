using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Keys;
using YamlDotNet.RepresentationModel;

namespace Palisade.Domain.Tests.Access;

/// <summary>
/// matrix.yml: an access document, and what each of its members may and may not do under it, by which rule.
/// </summary>
public sealed record AccessMatrix
{
    /// <summary>The document's text.</summary>
    public required string Document { get; init; }

    public required ImmutableArray<string> Users { get; init; }

    public required ImmutableArray<AccessCase> Cases { get; init; }

    /// <summary>Which kinds of principal are allowed what no role grants, by operation.</summary>
    public required ImmutableDictionary<string, ImmutableArray<string>> Own { get; init; }

    /// <summary>Deploy keys by name.</summary>
    public required ImmutableDictionary<string, DeployKeySpec> Keys { get; init; }

    /// <summary>Of keys, in place of members.</summary>
    public required ImmutableArray<AccessCase> KeyCases { get; init; }

    public static AccessMatrix Read()
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "matrix.yml"));
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        var users = ((YamlSequenceNode)((YamlMappingNode)root["access"])["members"]).Select(member =>
            Text(member["user"])
        );
        return new()
        {
            Document = Access(text),
            Users = [.. users],
            Cases = CasesOf(root["cases"]),
            Own = ((YamlMappingNode)root["own"]).ToImmutableDictionary(own => Text(own.Key), own => Texts(own.Value)),
            Keys = ((YamlSequenceNode)root["keys"])
                .Cast<YamlMappingNode>()
                .Select(KeyOf)
                .ToImmutableDictionary(key => key.Name),
            KeyCases = CasesOf(root["key_cases"]),
        };
    }

    private static ImmutableArray<AccessCase> CasesOf(YamlNode cases) =>
        [
            .. ((YamlSequenceNode)cases)
                .Cast<YamlSequenceNode>()
                .Select(c => new AccessCase(Text(c[0]), Text(c[1]), Text(c[2]), Verdict(Text(c[3])), Text(c[4]))),
        ];

    private static DeployKeySpec KeyOf(YamlMappingNode key)
    {
        var given = key.Children.ToDictionary(child => Text(child.Key), child => child.Value);
        return new()
        {
            Name = Text(given["name"]),
            Racks = Selector.List([.. Texts(given["racks"])]),
            Apps = given.TryGetValue("apps", out var apps) ? Selector.List([.. Texts(apps)]) : Selector.AllowAll,
            Roles = given.TryGetValue("roles", out var roles) ? Texts(roles) : [],
            Narrow = given.TryGetValue("narrow", out var narrow) && Text(narrow) == "true",
        };
    }

    private static ImmutableArray<string> Texts(YamlNode node) => [.. ((YamlSequenceNode)node).Select(Text)];

    private static string Here([CallerFilePath] string file = "") => file;

    // As it is written: it is the product's own grammar that reads it.
    private static string Access(string text)
    {
        var document = new StringBuilder();
        foreach (
            var line in text.Split('\n')
                .SkipWhile(line => line != "access:")
                .Skip(1)
                .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
        )
        {
            document.Append(line.AsSpan(2)).Append('\n');
        }

        return document.ToString();
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    private static bool Verdict(string text) =>
        text switch
        {
            "allow" => true,
            "refuse" => false,
            _ => throw new FormatException(text),
        };
}

/// <param name="Resource">In its stored form: <c>staging/web</c>, <c>staging</c>, or "" for the organization.</param>
/// <param name="Rule">What decides.</param>
public sealed record AccessCase(string User, string Operation, string Resource, bool Allowed, string Rule);
