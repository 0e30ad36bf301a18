using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Palisade.Domain.Manifest.Yaml;

/// <summary>
/// Reads one YAML document into a bounded graph that knows its places: anchors, aliases and <c>&lt;&lt;</c> merges are
/// resolved. A problem of form ends the reading: what follows it has no reliable meaning.
/// </summary>
internal sealed partial class YamlReader
{
    private readonly SourceText _source;
    private readonly ManifestReading _reading;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlItem?> _anchors = new(StringComparer.Ordinal);
    private long _weight;

    private YamlReader(SourceText source, ManifestReading reading)
    {
        (_source, _reading) = (source, reading);
        _parser = new Parser(new StringReader(source.Text));
    }

    /// <summary>The document's root, or null after a problem; an empty document is a null scalar.</summary>
    public static YamlItem? Read(SourceText source, ManifestReading reading)
    {
        try
        {
            return new YamlReader(source, reading).Document();
        }
        catch (FormException refusal)
        {
            reading.Problem(source.Place(refusal.At), "", refusal.Message, refusal.Remedy);
        }
        catch (YamlException broken)
        {
            // SECURITY: the library's words can quote the text, so they are used only when no value was put into it.
            var words = source.HasInterpolation ? "" : ": " + ManifestReading.Clean(LastSentence(broken.Message));
            reading.Problem(
                source.Place(source.TextIndex(broken.Start.Line, broken.Start.Column)),
                "",
                "not valid YAML" + words,
                "check the indentation and quotes here and in the line before"
            );
        }

        return null;
    }

    private YamlItem? Document()
    {
        Advance();
        Advance();
        if (_parser.Current is StreamEnd)
        {
            return new YamlScalar(0, 0, "", plain: true, text: false);
        }

        Advance();
        var root = Node(0);
        Expect<DocumentEnd>();
        while (_parser.Current is DocumentStart)
        {
            Advance();
            var at = At(_parser.Current!.Start);
            if (Node(0) is not YamlScalar { IsNull: true })
            {
                throw new FormException(
                    at,
                    "a second YAML document",
                    "keep one document: remove the --- line and what follows it"
                );
            }

            Expect<DocumentEnd>();
        }

        return root;
    }

    private YamlItem Node(int depth)
    {
        var current =
            _parser.Current
            ?? throw new FormException(_source.Text.Length, "the text ends too early", "finish the last entry");
        var start = At(current.Start);
        if (++_weight > ManifestLimits.Nodes)
        {
            throw TooBig(start);
        }

        if (depth > ManifestLimits.Depth)
        {
            throw new FormException(start, $"nested more than {ManifestLimits.Depth} deep", "flatten it");
        }

        switch (current)
        {
            case AnchorAlias alias:
                Advance();
                return Resolve(alias, start);
            case Scalar scalar:
                Advance();
                return Anchored(scalar, ScalarOf(scalar, start), start);
            case SequenceStart sequence:
                Advance();
                CheckTag(sequence, start);
                Declare(sequence);
                var list = new YamlList(start);
                while (_parser.Current is not SequenceEnd)
                {
                    list.Add(Node(depth + 1));
                }

                list.Close(At(_parser.Current.End));
                Advance();
                return Anchored(sequence, list, start);
            case MappingStart mapping:
                Advance();
                CheckTag(mapping, start);
                Declare(mapping);
                return Anchored(mapping, Map(start, depth), start);
            default:
                throw new FormException(start, "not a value", "write a value, a list or a map");
        }
    }

    private YamlMap Map(int start, int depth)
    {
        var map = new YamlMap(start);
        var merges = new List<(YamlScalar Key, YamlItem Value)>();
        while (_parser.Current is not MappingEnd)
        {
            if (Node(depth + 1) is not YamlScalar key)
            {
                throw new FormException(start, "a key that is a list or map", "write a plain word before the colon");
            }

            var value = Node(depth + 1);
            if (key is { Value: "<<", IsPlain: true })
            {
                merges.Add((key, value));
            }
            else if (!map.TryAdd(key, value))
            {
                _reading.Problem(
                    _source.Place(key.Start),
                    ManifestReading.Show(_source, key),
                    "the key is written twice in one map",
                    "keep one of them"
                );
            }
        }

        map.Close(At(_parser.Current!.End));
        Advance();
        foreach (var (key, value) in merges)
        {
            Merge(map, key, value);
        }

        return map;
    }

    // YAML 1.1 merge key: keys of the map itself win, then earlier maps of a list.
    private void Merge(YamlMap map, YamlScalar key, YamlItem value)
    {
        var sources = value is YamlList list ? list.Items : [value];
        foreach (var source in sources)
        {
            if (source is not YamlMap from)
            {
                throw new FormException(
                    key.Start,
                    "<< must be given a map or a list of maps",
                    "write <<: *name of a map with an anchor"
                );
            }

            foreach (var (name, item) in from.Entries)
            {
                if (map.TryAdd(name, item))
                {
                    Spend(item.Weight, key.Start);
                }
            }
        }
    }

    private YamlScalar ScalarOf(Scalar scalar, int start)
    {
        CheckTag(scalar, start);
        if (scalar.Value.Length > ManifestLimits.ScalarChars)
        {
            throw new FormException(
                start,
                $"a value longer than {ManifestLimits.ScalarChars} characters",
                "shorten it"
            );
        }

        return new(
            start,
            At(scalar.End),
            scalar.Value,
            scalar.Style == ScalarStyle.Plain,
            scalar.Tag == "tag:yaml.org,2002:str"
        );
    }

    private static void CheckTag(NodeEvent node, int start)
    {
        if (
            !node.Tag.IsEmpty
            && !node.Tag.IsNonSpecific
            && node.Tag.Value
                is not (
                    "tag:yaml.org,2002:str"
                    or "tag:yaml.org,2002:int"
                    or "tag:yaml.org,2002:bool"
                    or "tag:yaml.org,2002:null"
                    or "tag:yaml.org,2002:float"
                    or "tag:yaml.org,2002:map"
                    or "tag:yaml.org,2002:seq"
                )
        )
        {
            throw new FormException(start, "a YAML tag that has no meaning here", "remove the word that starts with !");
        }
    }
}
