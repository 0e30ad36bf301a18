namespace Palisade.Domain.Manifest.Yaml;

/// <summary>
/// A node with its stretch in the interpolated text. Aliases share their target, so this is a graph without cycles.
/// </summary>
internal abstract class YamlItem(int start, int end)
{
    public int Start { get; } = start;

    public int End { get; protected set; } = end;

    /// <summary>Nodes below and including this one, where each alias counts like a copy.</summary>
    public long Weight { get; protected set; } = 1;

    /// <summary>Word for messages.</summary>
    public abstract string Kind { get; }
}

internal sealed class YamlScalar(int start, int end, string value, bool plain, bool text) : YamlItem(start, end)
{
    public string Value { get; } = value;

    /// <summary>YAML 1.1 null: plain and empty, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull { get; } = plain && !text && value is ("" or "~" or "null" or "Null" or "NULL");

    /// <summary>Written without quotes, so that it may be a number, a bool or a merge key.</summary>
    public bool IsPlain { get; } = plain && !text;

    public override string Kind => "a single value";
}

internal sealed class YamlList(int start) : YamlItem(start, start)
{
    private readonly List<YamlItem> _items = [];

    public IReadOnlyList<YamlItem> Items => _items;

    public override string Kind => "a list";

    public void Add(YamlItem item)
    {
        _items.Add(item);
        Weight += item.Weight;
    }

    public void Close(int end) => End = end;
}

internal sealed class YamlMap(int start) : YamlItem(start, start)
{
    private readonly List<KeyValuePair<YamlScalar, YamlItem>> _entries = [];
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    /// <summary>In the order of the text, merged keys last.</summary>
    public IReadOnlyList<KeyValuePair<YamlScalar, YamlItem>> Entries => _entries;

    public override string Kind => "a map";

    public YamlItem? this[string key] => _index.TryGetValue(key, out var at) ? _entries[at].Value : null;

    public YamlScalar? Key(string key) => _index.TryGetValue(key, out var at) ? _entries[at].Key : null;

    /// <summary>False when the key is there already.</summary>
    public bool TryAdd(YamlScalar key, YamlItem value)
    {
        if (!_index.TryAdd(key.Value, _entries.Count))
        {
            return false;
        }

        _entries.Add(new(key, value));
        Weight += key.Weight + value.Weight;
        return true;
    }

    public void Close(int end) => End = end;
}
