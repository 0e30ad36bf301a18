using System.Text.RegularExpressions;

namespace Palisade.Domain.Manifest;

/// <summary>
/// Cuts a Dockerfile into instructions: joins continued lines, leaves out comments and the bodies of here-documents, honours the escape directive.
/// </summary>
internal static partial class DockerfileLines
{
    public static IEnumerable<(int Line, string Instruction)> Split(string text)
    {
        var lines = text.TrimStart('\ufeff').Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var escape = Escape(lines);
        for (var i = 0; i < lines.Length; i++)
        {
            if (IsBlankOrComment(lines[i]))
            {
                continue;
            }

            var first = i;
            var parts = new List<string>();
            while (true)
            {
                var part = lines[i].TrimEnd();
                var continued = part.EndsWith(escape);
                parts.Add(continued ? part[..^1] : part);
                if (!continued)
                {
                    break;
                }

                // Comments and blank lines between continued lines do not end the instruction.
                do
                {
                    i++;
                }
                while (i < lines.Length && IsBlankOrComment(lines[i]));

                if (i >= lines.Length)
                {
                    break;
                }
            }

            var instruction = string.Concat(parts).Trim();
            yield return (first + 1, instruction);
            if (TakesHereDocument(instruction))
            {
                foreach (Match match in HereDocument().Matches(instruction))
                {
                    var (strip, end) = (match.Groups["strip"].Length > 0, match.Groups["end"].Value);
                    do
                    {
                        i++;
                    }
                    while (i < lines.Length && (strip ? lines[i].TrimStart('\t') : lines[i]) != end);
                }
            }
        }
    }

    private static bool TakesHereDocument(string instruction) =>
        instruction.StartsWith("RUN", StringComparison.OrdinalIgnoreCase) || instruction.StartsWith("COPY", StringComparison.OrdinalIgnoreCase)
        || instruction.StartsWith("ADD", StringComparison.OrdinalIgnoreCase);

    private static bool IsBlankOrComment(string line) => line.AsSpan().Trim() is [] or ['#', ..];

    // Directives stand before everything else, also before other comments.
    private static char Escape(string[] lines)
    {
        foreach (var line in lines)
        {
            var directive = Directive().Match(line);
            if (!directive.Success)
            {
                return '\\';
            }

            if (directive.Groups["name"].Value.Equals("escape", StringComparison.OrdinalIgnoreCase))
            {
                return directive.Groups["value"].Value == "`" ? '`' : '\\';
            }
        }

        return '\\';
    }

    [GeneratedRegex(@"\A\s*#\s*(?<name>[A-Za-z]+)\s*=\s*(?<value>\S+)\s*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Directive();

    [GeneratedRegex(@"(?<!<)<<(?<strip>-?)(?<quote>[""']?)(?<end>[A-Za-z_][A-Za-z0-9_.]*)\k<quote>", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HereDocument();
}
