using System.Text;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// Substitutes build arguments in a FROM line as builders do: <c>$N</c>, <c>${N}</c>, <c>${N:-default}</c>,
/// <c>${N:+other}</c>.
/// </summary>
internal static class DockerfileVariables
{
    /// <summary>The text with its variables, or null when it cannot be told (a nested or unknown form).</summary>
    public static string? Expand(string text, IReadOnlyDictionary<string, string> values)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '"' or '\'')
            {
                continue;
            }

            if (text[i] == '\\')
            {
                return null;
            }

            if (text[i] != '$')
            {
                result.Append(text[i]);
                continue;
            }

            var braced = i + 1 < text.Length && text[i + 1] == '{';
            var start = i + (braced ? 2 : 1);
            var end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            var name = text[start..end];
            var value = values.GetValueOrDefault(name, "");
            if (name.Length == 0)
            {
                return null;
            }

            if (!braced)
            {
                result.Append(value);
                i = end - 1;
                continue;
            }

            var close = text.IndexOf('}', end);
            if (close < 0)
            {
                return null;
            }

            var rest = text[end..close];
            if (
                rest.Contains('$', StringComparison.Ordinal)
                || (
                    rest.Length > 0
                    && !rest.StartsWith(":-", StringComparison.Ordinal)
                    && !rest.StartsWith(":+", StringComparison.Ordinal)
                )
            )
            {
                return null;
            }

            result.Append(
                rest.Length == 0 ? value
                : rest[1] == '-' ? (value.Length > 0 ? value : rest[2..])
                : value.Length > 0 ? rest[2..]
                : ""
            );
            i = close;
        }

        return result.ToString();
    }
}
