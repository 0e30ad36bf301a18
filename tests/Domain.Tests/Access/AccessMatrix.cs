using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace Palisade.Domain.Tests.Access;

/// <summary>
/// matrix.yml: an access document, and what each of its members may and may not do under it, by which rule.
/// </summary>
/// <param name="Document">The document's text.</param>
public sealed record AccessMatrix(string Document, ImmutableArray<string> Users, ImmutableArray<AccessCase> Cases)
{
    public static AccessMatrix Read()
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "matrix.yml"));
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        var users = ((YamlSequenceNode)((YamlMappingNode)root["access"])["members"]).Select(member =>
            Text(member["user"])
        );
        var cases = ((YamlSequenceNode)root["cases"])
            .Cast<YamlSequenceNode>()
            .Select(c => new AccessCase(Text(c[0]), Text(c[1]), Text(c[2]), Verdict(Text(c[3])), Text(c[4])));
        return new(Access(text), [.. users], [.. cases]);
    }

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
