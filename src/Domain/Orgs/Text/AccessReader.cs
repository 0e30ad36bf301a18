using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Orgs.Text;

/// <summary>
/// Reads roles and access documents. SECURITY: whatever is not understood is refused, also a key: a misspelt
/// <c>racks</c> would otherwise grant on all.
/// </summary>
public static class AccessReader
{
    /// <summary>
    /// Name and policies of one role. Problem: <c>access.bad_document</c> with a line for everything that is wrong.
    /// </summary>
    public static Result<RoleEntry> ReadRole(string text) => Read(text, map => new AccessEntries(map).Role());

    /// <summary>Problem: <c>access.bad_document</c> with a line for everything that is wrong.</summary>
    public static Result<AccessDocument> Read(string text) =>
        Read(
            text,
            map =>
            {
                var document = new AccessDocument
                {
                    Roles = Part(map, "roles", entries => entries.Role()),
                    Groups = Part(map, "groups", entries => entries.Group()),
                    Members = Part(map, "members", entries => entries.Member()),
                };
                map.Finish();
                return document;
            }
        );

    private static Result<T> Read<T>(string text, Func<MapReader, T?> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(text);
        var reading = new ManifestReading();
        var raw = text.TrimStart('\ufeff').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (Encoding.UTF8.GetByteCount(raw) > ManifestLimits.TextBytes)
        {
            reading.Problem(
                new(1, 1),
                "",
                $"larger than {ManifestLimits.TextBytes / 1024} KiB",
                "apply it in parts: members that are not named stay as they are"
            );
            return Bad(reading);
        }

        var source = new SourceText(raw, raw, []);
        T? value = null;
        switch (YamlReader.Read(source, reading))
        {
            case YamlMap map:
                value = read(new MapReader(reading, source, "", map));
                break;
            case not null:
                reading.Problem(new(1, 1), "", "not a map at top level", "start with a key and a colon");
                break;
        }

        return value is null || reading.HasProblems || !reading.Warnings.IsEmpty ? Bad(reading) : value;
    }

    private static ImmutableArray<T>? Part<T>(MapReader map, string key, Func<AccessEntries, T?> read)
        where T : class
    {
        if (!new AccessEntries(map).IsWritten(key))
        {
            return null;
        }

        return
        [
            .. map.Items(key)
                .Select(
                    (item, i) =>
                        map.Child(item, $"{map.PathOf(key)}[{i}]") is { } child ? read(new AccessEntries(child)) : null
                )
                .OfType<T>(),
        ];
    }

    private static Invalid Bad(ManifestReading reading)
    {
        var lines = reading
            .Problems.Concat(reading.Warnings)
            .OrderBy(problem => problem.Line)
            .Select(problem => problem.Text);
        return new("access.bad_document", string.Join('\n', lines.Prepend("the text is refused:")));
    }
}
