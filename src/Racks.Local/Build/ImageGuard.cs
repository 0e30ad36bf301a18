using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;

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

    private Result<string> From(DockerfileInstruction from)
    {
        var words = from.Rest.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).ToList();
        var platform =
            words is [{ } flag, ..] && flag.StartsWith("--platform=", StringComparison.Ordinal) ? flag : null;
        words.RemoveRange(0, platform is null ? 0 : 1);
        if (
            words is not ([_] or [_, _, _])
            || (
                words.Count == 3
                && (!words[1].Equals("as", StringComparison.OrdinalIgnoreCase) || !StageName().IsMatch(words[2]))
            )
        )
        {
            return DockerfileText.Wrong(from.Line, "has a FROM that is not FROM image [AS name]");
        }

        if (DockerfileVariables.Expand(words[0], _globals) is not { Length: > 0 } image)
        {
            return DockerfileText.Wrong(from.Line, "has a FROM whose arguments have no value");
        }

        if (!Image(image, from.Line).TryGet(out var full, out var problem))
        {
            return Result.Fail<string>(problem);
        }

        var name =
            words.Count == 3 ? words[2].ToLowerInvariant() : _stages.Count.ToString(CultureInfo.InvariantCulture);
        _stages.Add(name);

        // Images are built for this machine's platform; a variable one can only mean that.
        var kept = platform is not null && Platform().IsMatch(platform) ? platform + " " : "";
        return $"FROM {kept}{full}{(words.Count == 3 ? $" AS {words[2]}" : "")}";
    }

    private Result<string> Image(string image, int line)
    {
        if (image == "scratch" || _stages.Contains(image.ToLowerInvariant()))
        {
            return image;
        }

        if (_localBases.Contains(image))
        {
            return image.StartsWith("localhost/", StringComparison.Ordinal) ? image : $"localhost/{image}";
        }

        if (ImageReference.TryParse(image, out var published, out var refusal))
        {
            _bases.Add(published.Canonical);
            return published.Canonical;
        }

        return new Invalid("image.refused", $"Dockerfile line {line}: {refusal}: {SafeTree.Shown(image)}")
        {
            Suggestion = ImageReference.Remedy,
        };
    }

    private Result<string> Argument(DockerfileInstruction argument)
    {
        foreach (Match match in ArgumentName().Matches(argument.Rest))
        {
            var name = match.Groups[1].Value;
            _arguments.Add(name);
            if (_stages.Count > 0 || TargetArguments.Contains(name))
            {
                continue;
            }

            var fallback = match.Groups[2].Success ? DockerfileVariables.Expand(match.Groups[2].Value, _globals) : "";
            if (fallback is null)
            {
                return DockerfileText.Wrong(argument.Line, "has an ARG before FROM whose value cannot be told");
            }

            _globals[name] = _given.GetValueOrDefault(name, fallback);
        }

        return argument.ToString();
    }

    private Result<string> Copy(DockerfileInstruction copy)
    {
        foreach (var flag in Flags(copy.Rest))
        {
            if (!flag.StartsWith("--from=", StringComparison.Ordinal))
            {
                continue;
            }

            var source = flag["--from=".Length..];
            if (
                int.TryParse(source, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < _stages.Count
            )
            {
                continue;
            }

            if (!Image(source, copy.Line).TryGet(out var full, out var problem))
            {
                return Result.Fail<string>(problem);
            }

            return $"{copy.Word} {copy.Rest.Replace(flag, $"--from={full}", StringComparison.Ordinal)}";
        }

        return copy.ToString();
    }

    private static Result<string> Run(DockerfileInstruction run)
    {
        foreach (var flag in Flags(run.Rest))
        {
            // SECURITY: builders before 1.37 mount paths of the machine through bind sources and cache ids
            // (CVE-2024-1753, CVE-2024-9675).
            var allowed =
                flag is "--network=none" or "--network=default"
                || SafeMount().IsMatch(flag) && !flag.Contains("..", StringComparison.Ordinal);
            if (!allowed)
            {
                return DockerfileText.Wrong(
                    run.Line,
                    $"has {SafeTree.Shown(flag)}, which is refused; only --mount=type=cache or tmpfs with a target, and --network=none are allowed"
                );
            }
        }

        return run.ToString();
    }

    private Result<string> OnBuild(DockerfileInstruction onBuild)
    {
        var end = onBuild.Rest.AsSpan().IndexOfAny(' ', '\t');
        var inner =
            end < 0
                ? onBuild with
                {
                    Word = onBuild.Rest.ToUpperInvariant(),
                    Rest = "",
                }
                : onBuild with
                {
                    Word = onBuild.Rest[..end].ToUpperInvariant(),
                    Rest = onBuild.Rest[end..].Trim(),
                };
        return inner.Word is "ONBUILD" or "FROM"
            ? DockerfileText.Wrong(onBuild.Line, "has an ONBUILD of a kind that is not allowed")
            : Rewrite(inner).Map(text => $"ONBUILD {text}");
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
