using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// When builds last took each image that was pulled for them, by its full name (<c>bases.json</c>): the engine does not
/// know.
/// </summary>
public sealed class BaseImages(RackFolder folder, TimeProvider time)
{
    private readonly Lock _gate = new();

    /// <summary>A build begins with them.</summary>
    public void Take(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count > 0)
        {
            Change(used => used.SetItems(names.Select(name => KeyValuePair.Create(Known(name), time.GetUtcNow()))));
        }
    }

    /// <summary>
    /// Those that no build has taken for so long. One that is not known counts as taken now; others than these are
    /// forgotten.
    /// </summary>
    /// <param name="names">All that there are.</param>
    /// <param name="keep">For how long they are kept.</param>
    public ImmutableArray<string> Idle(IReadOnlyCollection<string> names, TimeSpan keep)
    {
        ArgumentNullException.ThrowIfNull(names);
        var now = time.GetUtcNow();
        var used = Change(before =>
            names.Distinct().ToImmutableSortedDictionary(name => name, name => before.GetValueOrDefault(name, now))
        );
        return [.. used.Where(p => now - p.Value >= keep).Select(p => p.Key)];
    }

    /// <summary>Of <c>repo:tag@digest</c> the engine knows <c>repo@digest</c>.</summary>
    private static string Known(string name)
    {
        var digest = name.IndexOf('@', StringComparison.Ordinal);
        var tag = digest < 0 ? -1 : name.LastIndexOf(':', digest);
        return tag > name.LastIndexOf('/') ? name[..tag] + name[digest..] : name;
    }

    private ImmutableSortedDictionary<string, DateTimeOffset> Change(
        Func<
            ImmutableSortedDictionary<string, DateTimeOffset>,
            ImmutableSortedDictionary<string, DateTimeOffset>
        > change
    )
    {
        lock (_gate)
        {
            var path = folder.File("bases.json");
            var used = change(Read(path));
            var temporary = path + ".new";
            File.WriteAllText(temporary, JsonSerializer.Serialize(used));
            File.Move(temporary, path, overwrite: true);
            return used;
        }
    }

    private static ImmutableSortedDictionary<string, DateTimeOffset> Read(string path)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<ImmutableSortedDictionary<string, DateTimeOffset>>(File.ReadAllText(path))!
                : ImmutableSortedDictionary<string, DateTimeOffset>.Empty;
        }
        catch (JsonException)
        {
            // Cut short when the machine went down: all of them count as taken now.
            return ImmutableSortedDictionary<string, DateTimeOffset>.Empty;
        }
    }
}
