using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest;

/// <summary>Reads what a build needs to know from the text of a Dockerfile, without running anything.</summary>
public static class DockerfileArgs
{
    /// <summary>Characters of a Dockerfile.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>The declarations; <c>build.dockerfile_too_large</c> beyond <see cref="MaxLength"/>.</summary>
    public static Result<Dockerfile> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            return new Invalid("build.dockerfile_too_large", $"the Dockerfile is larger than {MaxLength / 1024} KiB");
        }

        var arguments = ImmutableArray.CreateBuilder<string>();
        var stages = new List<string>();
        var images = ImmutableArray.CreateBuilder<DockerfileImage>();
        foreach (var (line, instruction) in DockerfileLines.Split(text))
        {
            var words = instruction.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            switch (words.Length == 0 ? "" : words[0].ToUpperInvariant())
            {
                case "ARG":
                    // Later words of a quoted default are no names and fall out by the grammar or do no harm: a value is sent only for a name that is declared.
                    arguments.AddRange(Declared(words));
                    break;
                case "FROM":
                    From(words, line, stages, images);
                    break;
                case "COPY" or "ADD" or "RUN":
                    images.AddRange(Sources(words).Where(i => !stages.Contains(i.ToLowerInvariant()) && !i.All(char.IsAsciiDigit))
                        .Select(i => new DockerfileImage(line, i)));
                    break;
            }
        }

        return new Dockerfile
        {
            Arguments = [.. arguments.Distinct(StringComparer.Ordinal)],
            Stages = [.. stages.Distinct()],
            Images = [.. images.Distinct()],
        };
    }

    /// <summary>
    /// The environment values that reach a build: those of declared arguments, and build arguments over them. A warning names each
    /// environment variable that is passed; build arguments were given for the build and need none.
    /// </summary>
    public static (ImmutableSortedDictionary<string, Sensitive<string>> Values, ImmutableArray<string> Warnings) Select(
        Dockerfile dockerfile, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> buildArgs)
    {
        ArgumentNullException.ThrowIfNull(dockerfile);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(buildArgs);
        var values = ImmutableSortedDictionary.CreateBuilder<string, Sensitive<string>>(StringComparer.Ordinal);
        var warnings = ImmutableArray.CreateBuilder<string>();
        foreach (var name in dockerfile.Arguments)
        {
            if (buildArgs.TryGetValue(name, out var given))
            {
                values[name] = new(given);
            }
            else if (environment.TryGetValue(name, out var value))
            {
                values[name] = new(value);
                warnings.Add($"the build receives the environment variable {name} because the Dockerfile has ARG {name}; it may stay in the image's history");
            }
        }

        return (values.ToImmutable(), warnings.ToImmutable());
    }

    /// <summary>Images by name that a build may not start from (S18): not a published reference. Names that depend on an argument are checked once it is known.</summary>
    public static ImmutableArray<ManifestProblem> CheckImages(Dockerfile dockerfile, string path)
    {
        ArgumentNullException.ThrowIfNull(dockerfile);
        var problems = ImmutableArray.CreateBuilder<ManifestProblem>();
        foreach (var image in dockerfile.Images.Where(i => !i.Depends && i.Text != "scratch"))
        {
            if (!ImageReference.TryParse(image.Text, out _, out var refusal))
            {
                problems.Add(new()
                {
                    Line = image.Line, Column = 1, Key = ManifestReading.Clean(path), Message = $"{refusal}: {ManifestReading.Clean(image.Text)}",
                    Remedy = "start from a published image",
                });
            }
        }

        return problems.ToImmutable();
    }

    private static IEnumerable<string> Declared(string[] words)
    {
        foreach (var word in words.Skip(1))
        {
            var cut = word.IndexOf('=', StringComparison.Ordinal);
            var name = cut < 0 ? word : word[..cut];
            if (ManifestGrammar.IsVariable(name))
            {
                yield return name;
            }

            // A quoted default may hold spaces; what follows it on the line is not read as names.
            if (cut >= 0 && word[(cut + 1)..].StartsWith('"') != word[(cut + 1)..].EndsWith('"'))
            {
                yield break;
            }
        }
    }

    private static void From(string[] words, int line, List<string> stages, ImmutableArray<DockerfileImage>.Builder images)
    {
        var rest = words.Skip(1).Where(w => !w.StartsWith("--", StringComparison.Ordinal)).ToArray();
        if (rest.Length == 0)
        {
            return;
        }

        if (!stages.Contains(rest[0].ToLowerInvariant()))
        {
            images.Add(new(line, rest[0]));
        }

        if (rest.Length >= 3 && rest[1].Equals("as", StringComparison.OrdinalIgnoreCase))
        {
            stages.Add(rest[2].ToLowerInvariant());
        }
    }

    private static IEnumerable<string> Sources(string[] words)
    {
        foreach (var flag in words.Skip(1).TakeWhile(w => w.StartsWith("--", StringComparison.Ordinal)))
        {
            var options = flag.StartsWith("--from=", StringComparison.OrdinalIgnoreCase) ? [flag[2..]]
                : flag.StartsWith("--mount=", StringComparison.OrdinalIgnoreCase) ? flag[8..].Split(',') : [];
            foreach (var option in options.Where(o => o.StartsWith("from=", StringComparison.OrdinalIgnoreCase) && o.Length > 5))
            {
                yield return option[5..].Trim('"', '\'');
            }
        }
    }
}
