using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Palisade.Web.Api;

/// <summary>What is recorded of a command inside a process.</summary>
internal static partial class ExecDetails
{
    public static (string Key, string Value)[] Of(string process, ImmutableArray<string> command) =>
        [
            ("process", process),
            ("program", Program(command)),
            ("words", command.Length.ToString(CultureInfo.InvariantCulture)),
        ];

    // SECURITY (S19): arguments can hold secrets; the record names the program only, and only if it looks like one.
    private static string Program(ImmutableArray<string> words) =>
        ProgramPattern().IsMatch(words[0]) ? words[0] : "[redacted]";

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProgramPattern();
}
