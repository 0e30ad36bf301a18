using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Build;

/// <summary>A Dockerfile that may be built.</summary>
/// <param name="Text">Written anew: one instruction a line, image names in full.</param>
/// <param name="Arguments">The names that any ARG declares.</param>
/// <param name="Bases">The registry images that it builds on.</param>
public sealed record GuardedDockerfile(string Text, ImmutableHashSet<string> Arguments, ImmutableHashSet<string> Bases);

/// <summary>
/// Judges a Dockerfile before anything of it runs (S18, S25): images only from registries or earlier stages, and no
/// instruction form through which the builder would reach beyond the source. Problems: <c>build.dockerfile</c>,
/// <c>image.refused</c>.
/// </summary>
public sealed partial class ImageGuard
{
    private static readonly string[] TargetArguments =
    [
        "TARGETPLATFORM",
        "TARGETOS",
        "TARGETARCH",
        "TARGETVARIANT",
        "BUILDPLATFORM",
        "BUILDOS",
        "BUILDARCH",
        "BUILDVARIANT",
    ];

    private readonly IReadOnlySet<string> _localBases;
    private readonly Dictionary<string, string> _globals = [];
    private readonly HashSet<string> _arguments = [];
    private readonly HashSet<string> _bases = [];
    private readonly List<string> _stages = [];
    private readonly IReadOnlyDictionary<string, string> _given;

    private ImageGuard(IReadOnlyDictionary<string, string> given, IReadOnlySet<string> localBases) =>
        (_given, _localBases) = (given, localBases);

    /// <summary>Judges and rewrites.</summary>
    /// <param name="arguments">Values for ARGs that FROM lines may use.</param>
    /// <param name="localBases">Names of the machine's own store that the operator lets apps build on.</param>
    public static Result<GuardedDockerfile> Judge(
        string dockerfile,
        IReadOnlyDictionary<string, string> arguments,
        IReadOnlySet<string> localBases
    ) =>
        DockerfileText
            .Parse(dockerfile)
            .Then(instructions => new ImageGuard(arguments, localBases).Rewrite(instructions));

    private Result<GuardedDockerfile> Rewrite(ImmutableArray<DockerfileInstruction> instructions)
    {
        var lines = new List<string>();
        foreach (var instruction in instructions)
        {
            if (!Rewrite(instruction).TryGet(out var line, out var problem))
            {
                return Result.Fail<GuardedDockerfile>(problem);
            }

            lines.Add(line);
        }

        return _stages.Count == 0
            ? new Invalid("build.dockerfile", "The Dockerfile has no FROM.")
            : new GuardedDockerfile(string.Join('\n', lines) + "\n", [.. _arguments], [.. _bases]);
    }

    private Result<string> Rewrite(DockerfileInstruction instruction)
    {
        if (instruction.Word is "RUN" or "COPY" or "ADD" && HereDocument().IsMatch(instruction.Rest))
        {
            return DockerfileText.Wrong(instruction.Line, "has a here-document, which this builder does not support");
        }

        return instruction.Word switch
        {
            "FROM" => From(instruction),
            "ARG" => Argument(instruction),
            "COPY" or "ADD" => Copy(instruction),
            "RUN" => Run(instruction),
            "ONBUILD" => OnBuild(instruction),
            "CMD"
            or "ENTRYPOINT"
            or "ENV"
            or "EXPOSE"
            or "HEALTHCHECK"
            or "LABEL"
            or "MAINTAINER"
            or "SHELL"
            or "STOPSIGNAL"
            or "USER"
            or "VOLUME"
            or "WORKDIR" => instruction.ToString(),
            _ => DockerfileText.Wrong(
                instruction.Line,
                $"has an unknown instruction {SafeTree.Shown(instruction.Word)}"
            ),
        };
    }

    private static IEnumerable<string> Flags(string rest) =>
        rest.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(w => w.StartsWith("--", StringComparison.Ordinal));

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex StageName();

    [GeneratedRegex(@"\A--platform=[a-z0-9]+/[a-z0-9]+(/[a-z0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Platform();

    [GeneratedRegex(
        @"(?:\A|\s)([A-Za-z_][A-Za-z0-9_]*)(?:=(""[^""]*""|'[^']*'|\S*))?(?=\s|\z)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex ArgumentName();

    [GeneratedRegex(@"(?<!<)<<-?\s*[""']?[A-Za-z_]", RegexOptions.CultureInvariant)]
    private static partial Regex HereDocument();

    [GeneratedRegex(
        @"\A--mount=(?=(?:[^,]*,)*type=(?:cache|tmpfs)(?:,|\z))"
            + @"(?:(?:type=(?:cache|tmpfs)|(?:target|dst|destination)=/[A-Za-z0-9._/-]*"
            + @"|sharing=[a-z]+|mode=[0-7]+|uid=[0-9]+|gid=[0-9]+|size=[0-9]+[kmgKMG]?|rw|ro|readonly)(?:,|\z))+\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex SafeMount();
}
