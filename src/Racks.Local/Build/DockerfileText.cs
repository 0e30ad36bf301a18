using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Build;

/// <summary>One instruction of a Dockerfile, its continued lines joined.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Word">In capitals.</param>
public sealed record DockerfileInstruction(int Line, string Word, string Rest)
{
    public override string ToString() => $"{Word} {Rest}";
}

/// <summary>
/// Cuts a Dockerfile into instructions. SECURITY: what is built is written anew from these, one line each, so that the
/// builder cannot read the text in another way than the guard did.
/// </summary>
public static partial class DockerfileText
{
    public const int MaxBytes = 1 << 20;

    // The builder's scanner gives up on longer lines.
    private const int MaxInstruction = 60 * 1024;

    public static Result<ImmutableArray<DockerfileInstruction>> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var instructions = ImmutableArray.CreateBuilder<DockerfileInstruction>();
        var (pending, start) = ("", 0);
        var lines = text.TrimStart('\ufeff').Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.Any(c => char.IsControl(c) && c is not ('\t' or '\f' or '\v')))
            {
                return Wrong(i + 1, "has a control character");
            }

            if (
                instructions.Count == 0
                && pending.Length == 0
                && Escape().Match(line) is { Success: true } escape
                && escape.Groups[1].Value != "\\"
            )
            {
                return Wrong(i + 1, "sets another escape character, which is not supported");
            }

            var trimmed = line.TrimStart();
            if (trimmed.StartsWith('#') || (trimmed.Length == 0 && pending.Length > 0) || trimmed.Length == 0)
            {
                continue;
            }

            start = pending.Length == 0 ? i + 1 : start;
            var continued = Continued().Match(line);
            pending += continued.Success ? line[..continued.Index] : line;
            if (pending.Length > MaxInstruction)
            {
                return Wrong(start, "is longer than 60 KiB");
            }

            if (!continued.Success)
            {
                instructions.Add(Cut(start, pending));
                pending = "";
            }
        }

        if (pending.Trim().Length > 0)
        {
            instructions.Add(Cut(start, pending));
        }

        var unfinished = instructions.FirstOrDefault(i => i.Rest.EndsWith('\\'));
        return unfinished is null ? instructions.ToImmutable() : Wrong(unfinished.Line, "ends in a backslash");
    }

    internal static Invalid Wrong(int line, string what) => new("build.dockerfile", $"Dockerfile line {line} {what}.");

    private static DockerfileInstruction Cut(int line, string text)
    {
        text = text.Trim();
        var end = text.AsSpan().IndexOfAny(' ', '\t');
        return end < 0
            ? new(line, text.ToUpperInvariant(), "")
            : new(line, text[..end].ToUpperInvariant(), text[end..].Trim());
    }

    [GeneratedRegex(@"^\s*#\s*escape\s*=\s*(\S+)\s*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Escape();

    [GeneratedRegex(@"\\[ \t]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Continued();
}
