using System.Globalization;
using Palisade.Web.Api.Parsing;

namespace Palisade.Web.Api;

/// <summary>
/// What a record says of a tar: how many entries it has, where they lead, and the first of them with their sizes. Of
/// contents nothing: a hash without a key would tell which guess is right (S19).
/// </summary>
internal sealed class TarListing
{
    private const int MaxNamed = 20;
    private const int MaxName = 200;
    private const int MaxPath = 500;

    private readonly List<string> _named = [];
    private string? _path;
    private long _entries;

    /// <summary>True when it could not be read to its end.</summary>
    public bool Unreadable { get; set; }

    /// <param name="size">In bytes, as the entry declares it.</param>
    public void Add(string name, long size)
    {
        _entries++;
        _path = _path is null ? name.TrimEnd('/') : Shared(_path, name);
        if (_named.Count < MaxNamed)
        {
            // The size first, and a line for each: no name can pass for two.
            _named.Add(string.Create(CultureInfo.InvariantCulture, $"{size} {Clean.Line(name, MaxName)}"));
        }
    }

    public IEnumerable<(string Key, string Value)> Details()
    {
        var count = _entries.ToString(CultureInfo.InvariantCulture);
        yield return ("entries", count);
        if (_path is not null)
        {
            yield return ("path", _path.Length == 0 ? "/" : Clean.Line(_path, MaxPath));
            yield return ("files", string.Join('\n', _named));
        }

        if (Unreadable)
        {
            yield return ("unreadable", $"after {count} entries");
        }
    }

    /// <summary>The folder, or the one entry, that holds both.</summary>
    private static string Shared(string path, string name)
    {
        while (
            path.Length > 0
            && !(name.StartsWith(path, StringComparison.Ordinal) && name[path.Length..] is "" or ['/', ..])
        )
        {
            path = path[..Math.Max(path.LastIndexOf('/'), 0)];
        }

        return path;
    }
}
