using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Builds;

/// <summary>
/// Build arguments as the client sends them: <c>A=1,B=2</c>. COMPAT: a comma in a value is ambiguous by the protocol's
/// design; a part without <c>=</c> continues the value before.
/// </summary>
public static class BuildArguments
{
    public static Result<ImmutableSortedDictionary<string, string>> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        string? last = null;
        foreach (var part in text.Length == 0 ? [] : text.Split(','))
        {
            var cut = part.IndexOf('=', StringComparison.Ordinal);
            if (cut > 0)
            {
                last = part[..cut];
                values[last] = part[(cut + 1)..];
            }
            else if (last is not null)
            {
                values[last] += $",{part}";
            }
            else
            {
                return new Invalid("build.args_invalid", "build arguments are NAME=value")
                {
                    Suggestion = "write --build-args NAME=value",
                };
            }
        }

        return values.ToImmutable();
    }

    /// <summary>Additional data of the sealed text.</summary>
    public static string Context(string buildId) => $"build-args/{buildId}";
}
