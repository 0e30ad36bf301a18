using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Releases;

/// <summary>
/// The wire form of an environment: lines <c>KEY=VALUE</c> (convox-wire.md 5.3). No problem ever holds a value.
/// </summary>
public static class EnvironmentText
{
    /// <summary>UTF-8 bytes of one line.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>UTF-8 bytes of the whole.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>
    /// Reads a text. The first <c>=</c> separates; the name is trimmed, the value is taken as it is but for a trailing
    /// carriage return; lines without <c>=</c> or with an empty name are left out; a later line wins.
    /// <c>env.too_large</c> beyond the bounds, <c>env.invalid</c> for U+0000.
    /// </summary>
    public static Result<EnvironmentDictionary> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            return TooLarge();
        }

        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text.AsSpan()[range];
            line = line.EndsWith("\r") ? line[..^1] : line;
            if (Encoding.UTF8.GetByteCount(line) > MaxLineBytes)
            {
                return new Invalid(
                    "env.too_large",
                    $"line {number} of the environment is longer than {MaxLineBytes / 1024} KiB"
                );
            }

            if (line.Contains('\0'))
            {
                return new Invalid("env.invalid", $"line {number} of the environment holds a NUL character");
            }

            var cut = line.IndexOf('=');
            var name = cut < 0 ? [] : line[..cut].Trim();
            if (name.Length == 0)
            {
                continue;
            }

            if (name.ContainsAnyInRange('\u0001', '\u001f') || name.Contains('\u007f'))
            {
                return new Invalid(
                    "env.invalid",
                    $"the name in line {number} of the environment holds a control character"
                );
            }

            values[name.ToString()] = line[(cut + 1)..].ToString();
        }

        return new EnvironmentDictionary(values.ToImmutable());
    }

    /// <summary>
    /// Lines sorted by their UTF-8 bytes, joined by a line feed, none at the end. <c>env.invalid</c> names variables
    /// that the form cannot hold (a line break in a value); <c>env.too_large</c> beyond the bounds.
    /// </summary>
    public static Result<string> Format(IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var odd = variables
            .Where(v => !Fits(v.Key, v.Value))
            .Select(v => v.Key)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (odd.Length > 0)
        {
            var names = string.Join(
                ", ",
                odd.Select(n => new string([.. n.Where(c => !char.IsControl(c) && c != '%')]))
            );
            return new Invalid("env.invalid", $"not one line of text: {names}")
            {
                Suggestion = "values cannot hold line breaks; encode them, for example with base64",
            };
        }

        var lines = variables.Select(v => Encoding.UTF8.GetBytes(v.Key + "=" + v.Value)).ToArray();
        if (lines.Sum(l => (long)l.Length + 1) - 1 > MaxBytes || lines.Any(l => l.Length > MaxLineBytes))
        {
            return TooLarge();
        }

        Array.Sort(lines, static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return string.Join('\n', lines.Select(Encoding.UTF8.GetString));
    }

    private static bool Fits(string name, string value) =>
        name.Length > 0
        && name.Trim() == name
        && name.AsSpan().IndexOfAny('=', '\n', '\0') < 0
        && value.AsSpan().IndexOfAny('\n', '\0') < 0
        && !value.EndsWith('\r');

    private static Invalid TooLarge() =>
        new(
            "env.too_large",
            $"the environment is larger than {MaxBytes / 1024} KiB, or a line than {MaxLineBytes / 1024} KiB"
        );
}
