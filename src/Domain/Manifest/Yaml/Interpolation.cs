using System.Collections.Immutable;
using System.Text;

namespace Palisade.Domain.Manifest.Yaml;

/// <summary>
/// Step 1 of loading (convox-wire.md 6.1): every <c>${NAME}</c> becomes the value of that name or nothing, also in
/// comments and strings; no defaults, no escapes; <c>$NAME</c> stays.
/// </summary>
internal static class Interpolation
{
    public static SourceText Run(string raw, IReadOnlyDictionary<string, string> environment, ManifestReading reading)
    {
        var text = new StringBuilder(raw.Length);
        var splices = ImmutableArray.CreateBuilder<Splice>();
        var problems = new List<(int At, string Name, bool Unset)>();
        var (done, lineEnd, comment) = (0, -1, false);
        for (
            var at = raw.IndexOf("${", StringComparison.Ordinal);
            at >= 0;
            at = raw.IndexOf("${", done, StringComparison.Ordinal)
        )
        {
            if (at > lineEnd)
            {
                lineEnd = raw.IndexOf('\n', at) is >= 0 and var end ? end : raw.Length;
                comment = IsComment(raw.AsSpan(0, lineEnd));
            }

            var length = raw.AsSpan(at, lineEnd - at).IndexOf('}');
            if (length < 0)
            {
                // Not closed on its line, so neither this nor what follows on the line is an interpolation.
                text.Append(raw, done, lineEnd - done);
                done = lineEnd;
                continue;
            }

            var name = raw.Substring(at + 2, length - 2);
            var found = environment.TryGetValue(name, out var value);
            value ??= "";
            if (!found && !comment)
            {
                problems.Add((at, name, true));
            }
            else if (value.Any(IsUnsafe))
            {
                // A line break in a value would move every line after it and could add keys that nobody reviewed.
                problems.Add((at, name, false));
                value = "";
            }

            text.Append(raw, done, at - done);
            splices.Add(new(text.Length, value.Length, at, length + 1));
            text.Append(value);
            done = at + length + 1;
            if (text.Length > ManifestLimits.InterpolatedChars)
            {
                break;
            }
        }

        text.Append(raw, done, raw.Length - done);
        var source = new SourceText(raw, text.ToString(), splices.ToImmutable());
        foreach (var (at, name, unset) in problems)
        {
            if (unset)
            {
                reading.Warn(
                    source.RawPlace(at),
                    "",
                    $"no value for {ManifestReading.Clean(name)}, nothing is put in its place",
                    "set the variable, or write $NAME for the shell to fill in"
                );
            }
            else
            {
                reading.Problem(
                    source.RawPlace(at),
                    "",
                    $"the value of {ManifestReading.Clean(name)} holds a line break or control character",
                    "set a value that is one line of text"
                );
            }
        }

        return source;
    }

    /// <summary>Characters that YAML takes for a line break or refuses.</summary>
    public static bool IsUnsafe(char c) => (char.IsControl(c) && c != '\t') || c is '\u2028' or '\u2029' or '\ufeff';

    private static bool IsComment(ReadOnlySpan<char> upToLineEnd) =>
        upToLineEnd[(upToLineEnd.LastIndexOf('\n') + 1)..].TrimStart().StartsWith("#", StringComparison.Ordinal);
}
