using System.Globalization;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;

namespace Palisade.Racks.Local.Build;

/// <summary>What is judged of each instruction.</summary>
public sealed partial class ImageGuard
{
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
}
