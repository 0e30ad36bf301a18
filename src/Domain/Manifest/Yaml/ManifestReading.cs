using System.Collections.Immutable;
using System.Text;

namespace Palisade.Domain.Manifest.Yaml;

/// <summary>
/// Collects the problems, warnings and places of one reading, and says how a piece of the text may be shown.
/// </summary>
internal sealed class ManifestReading
{
    private const int ShownChars = 80;

    private readonly List<ManifestProblem> _problems = [];
    private readonly List<ManifestProblem> _warnings = [];
    private readonly Dictionary<string, ManifestPlace> _places = new(StringComparer.Ordinal);
    private readonly List<string> _newer = [];

    public bool HasProblems => _problems.Count > 0;

    public ImmutableArray<ManifestProblem> Problems => [.. _problems.OrderBy(p => p.Line).ThenBy(p => p.Column)];

    public ImmutableArray<ManifestProblem> Warnings => [.. _warnings.OrderBy(p => p.Line).ThenBy(p => p.Column)];

    public ImmutableDictionary<string, ManifestPlace> Places => _places.ToImmutableDictionary(StringComparer.Ordinal);

    public ImmutableArray<string> NewerKeys => [.. _newer];

    public void Problem(ManifestPlace at, string key, string message, string remedy) =>
        Keep(_problems, at, key, message, remedy);

    public void Warn(ManifestPlace at, string key, string message, string remedy) =>
        Keep(_warnings, at, key, message, remedy);

    public void Mark(string path, ManifestPlace at) => _places.TryAdd(path, at);

    public void Newer(string path) => _newer.Add(path);

    /// <summary>
    /// The item as it may be shown. SECURITY: when any of it was interpolated, or it cannot be found in the text as
    /// written, that text is shown instead of the value.
    /// </summary>
    public static string Show(SourceText source, YamlItem item, string? part = null)
    {
        if (item is not YamlScalar scalar)
        {
            return item.Kind;
        }

        var value = part ?? scalar.Value;
        var secret =
            source.HasInterpolation
            && (source.IsInterpolated(item.Start, item.End) || !source.Raw.Contains(value, StringComparison.Ordinal));
        var shown = Clean(secret ? source.RawSlice(item.Start, item.End) : value);
        return shown.Length == 0 ? "nothing" : shown;
    }

    /// <summary>One line without control characters or <c>%</c>, cut at 80 characters.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, ShownChars) + 1);
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            if (clean.Length >= ShownChars)
            {
                return clean.Append('…').ToString();
            }

            var odd =
                Rune.IsControl(rune)
                || rune.Value is '%' or 0x2028 or 0x2029
                || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format;
            clean.Append(odd ? "?" : rune.ToString());
        }

        return clean.ToString();
    }

    private static void Keep(List<ManifestProblem> list, ManifestPlace at, string key, string message, string remedy)
    {
        if (list.Count < ManifestLimits.Problems)
        {
            list.Add(
                new()
                {
                    Line = at.Line,
                    Column = at.Column,
                    Key = key,
                    Message = message,
                    Remedy = remedy,
                }
            );
        }
    }
}
