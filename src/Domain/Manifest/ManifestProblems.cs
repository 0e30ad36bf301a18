using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Manifest;

/// <summary>Makes the one problem that a client sees out of the many of a manifest.</summary>
public static class ManifestProblems
{
    public const string Invalid = "manifest.invalid";
    public const string Unsupported = "manifest.unsupported";
    public const string MissingRequired = "env.missing_required";

    /// <summary><c>manifest.invalid</c>: a first line, then a line for each problem.</summary>
    public static Invalid Combine(ImmutableArray<ManifestProblem> problems, ImmutableArray<string> missing = default)
    {
        var lines = problems.Select(p => p.Text);
        if (!missing.IsDefaultOrEmpty)
        {
            lines = lines.Append(MissingText(missing));
        }

        return new(Invalid, string.Join('\n', lines.Prepend("validation of the manifest failed:")));
    }

    /// <summary>
    /// <c>manifest.unsupported</c>: a first line, then a line for each thing that the rack cannot do.
    /// </summary>
    public static Invalid CombineUnsupported(ImmutableArray<ManifestProblem> problems) =>
        new(Unsupported, string.Join('\n', problems.Select(p => p.Text).Prepend("this rack cannot run the manifest:")));

    /// <summary><c>env.missing_required</c> with the names, sorted.</summary>
    public static Invalid Missing(IEnumerable<string> names) =>
        new(MissingRequired, MissingText(names)) { Suggestion = "set them with: convox env set NAME=value" };

    private static string MissingText(IEnumerable<string> names) =>
        $"missing required environment variables: {string.Join(", ", names)}";
}
