using System.Collections.Immutable;
using System.Threading.Channels;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Builds: unpack, read the manifest, make each service's image, one image for services that build alike.
/// </summary>
public sealed partial class LocalRackProvider
{
    public async Task<Result<BuildOutput>> BuildAsync(
        BuildInput input,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(log);
        var rack = Rack(input.App.Rack);
        using var slot = await rack.BuildSlots.EnterAsync(cancellationToken);
        var folder = rack.Engine.Folder.File("sources", input.BuildId);
        try
        {
            RemoveFolder(folder);
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
            var extracted = await new ArchiveExtractor(new ArchiveLimits()).ExtractAsync(
                input.Source,
                folder,
                cancellationToken
            );
            if (!extracted.Ok)
            {
                return Result.Fail<BuildOutput>(extracted.Problem);
            }

            return await BuildSourceAsync(rack, input, folder, log, cancellationToken);
        }
        catch (Exception e) when (e is EngineException or TimeoutException)
        {
            return new Unavailable("rack.engine", e.Message.Replace("%", "", StringComparison.Ordinal));
        }
        finally
        {
            RemoveFolder(folder);
        }
    }

    private async Task<Result<BuildOutput>> BuildSourceAsync(
        LocalRack rack,
        BuildInput input,
        string folder,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken
    )
    {
        var file = Path.Combine(folder, input.ManifestFile);
        if (
            !SafeTree.Parts(input.ManifestFile, 512).TryGet(out var parts, out _)
            || !SafeTree.StaysInside(folder, parts)
            || !File.Exists(file)
        )
        {
            return new Invalid("manifest.not_found", $"the source has no {Printable.Of(input.ManifestFile)}")
            {
                Suggestion = "add a convox.yml, or name another with --manifest",
            };
        }

        var text = await File.ReadAllTextAsync(file, cancellationToken);
        if (!(await ManifestAsync(text, input, log)).TryGet(out var manifest, out var problem))
        {
            return Result.Fail<BuildOutput>(problem);
        }

        var images = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var built = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in manifest.Services)
        {
            var key = service.Image is { } image
                ? $"image {image.Canonical}"
                : $"build {service.Build!.Path} {service.Build.Manifest} {string.Join(',', service.Build.Args)}";
            if (!built.TryGetValue(key, out var reference))
            {
                var made = service.Image is not null
                    ? await ImageServiceAsync(rack, input, service, log, cancellationToken)
                    : await BuildServiceAsync(rack, input, service, folder, log, cancellationToken);
                if (!made.TryGet(out reference, out problem))
                {
                    // One of many services and images: the reader has to know which.
                    var what = service.Image is null
                        ? service.Name
                        : $"{service.Name}, image {service.Image.Canonical}";
                    return Result.Fail<BuildOutput>(problem with { Message = $"{what}: {problem.Message}" });
                }

                built[key] = reference;
            }

            images[service.Name] = reference;
        }

        return new BuildOutput(images.ToImmutable(), text, "");
    }

    /// <summary>The manifest of a build, when this rack can run all of it.</summary>
    private async Task<Result<AppManifest>> ManifestAsync(string text, BuildInput input, Func<string, ValueTask> log)
    {
        // Required variables may still be set before the promote; everything else must be right now.
        var report = ManifestParser.ParseAll(text, input.Environment.Reveal(), requireEnvironment: false);
        foreach (var warning in report.Warnings)
        {
            await log($"WARNING: {warning}");
        }

        return report
            .ToResult()
            .Then(manifest =>
                ManifestSupport.Check(manifest, Features) is { IsEmpty: false } unsupported
                    ? Result.Fail<AppManifest>(ManifestProblems.CombineUnsupported(unsupported))
                    : manifest
            );
    }

    private static async Task WriteAsync(ChannelReader<string> lines, Func<string, ValueTask> log)
    {
        await foreach (var line in lines.ReadAllAsync())
        {
            await log(line);
        }
    }

    private static void RemoveFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
