using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// Builds images with <c>podman build</c>, OCI isolation, a network namespace and a cgroup of its own (S25). Problems:
/// those of <see cref="ImageGuard"/>, <c>build.path</c>, <c>build.argument</c>, <c>build.failed</c>,
/// <c>build.engine</c>, <c>build.timeout</c>, <c>build.out_of_memory</c>, <c>build.disk_full</c>,
/// <c>build.reserved_label</c>.
/// </summary>
public sealed partial class ImageBuilder(EngineHost engine, BuildNetwork network, TimeProvider time)
{
    /// <summary>The container engine failed twice; the source may be right.</summary>
    public const string EngineFailed = "build.engine";

    private int _running;
    private volatile bool _leftovers;

    /// <summary>Names of the machine's own store that the operator lets Dockerfiles build on. Default: none.</summary>
    public ImmutableHashSet<string> LocalBases { get; init; } = [];

    /// <summary>When builds took what was pulled for them.</summary>
    public BaseImages Bases { get; } = new(engine.Folder, time);

    /// <summary>Builds; every line of output is cleaned (S29) and handed over in order.</summary>
    public async Task<Result<BuiltImage>> BuildAsync(
        BuildRequest request,
        Action<string> line,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (
            !Locate(request).TryGet(out var place, out var problem)
            || !ImageGuard.Judge(place.Text, request.Arguments, LocalBases).TryGet(out var dockerfile, out problem)
            || !BuildArguments.Choose(request, dockerfile).TryGet(out var arguments, out problem)
        )
        {
            return Result.Fail<BuiltImage>(problem);
        }

        var work = engine.Folder.File("builds", request.BuildId);
        RackFolder.CreateOwnerOnly(engine.Folder.File("builds"));
        RackFolder.CreateOwnerOnly(work);
        Interlocked.Increment(ref _running);
        try
        {
            var file = Path.Combine(work, "Containerfile");
            await File.WriteAllTextAsync(file, dockerfile.Text, cancellationToken).ConfigureAwait(false);
            Bases.Take(dockerfile.Bases);
            var ended = await RunAsync(request, arguments, place.Context, file, work, line, cancellationToken)
                .ConfigureAwait(false);
            if (ended is { Code: EngineFailed })
            {
                line("The container engine failed, not the source: building once more.");
                ended = await RunAsync(request, arguments, place.Context, file, work, line, cancellationToken)
                    .ConfigureAwait(false);
            }

            return ended is not null
                ? Result.Fail<BuiltImage>(ended)
                : await ResultAsync(request, arguments, dockerfile, work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
            if (Interlocked.Decrement(ref _running) == 0 && _leftovers)
            {
                _leftovers = false;
                await RemoveLeftoversAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Ends builds that a server left which was killed, and removes what they left: their processes, cgroups,
    /// namespaces, folders and working containers. To be called before the first build.
    /// </summary>
    public async Task ReclaimAsync(CancellationToken cancellationToken)
    {
        var left = BuildCgroup.Left(engine.Folder);
        foreach (var cgroup in left)
        {
            await cgroup.KillAsync(time, cancellationToken).ConfigureAwait(false);
            cgroup.Remove();
        }

        await network.ReclaimAsync(cancellationToken).ConfigureAwait(false);
        var works = engine.Folder.File("builds");
        if (Directory.Exists(works))
        {
            Directory.Delete(works, recursive: true);
        }

        if (left.Count > 0)
        {
            await RemoveLeftoversAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The context folder and the Dockerfile's text, both really inside the source (S18).</summary>
    private static Result<(string Context, string Text)> Locate(BuildRequest request)
    {
        if (
            !SafeTree.Parts(request.Path, 1024).TryGet(out var path, out var problem)
            || !SafeTree.Parts(request.Dockerfile, 1024).TryGet(out var dockerfile, out problem)
        )
        {
            return Result.Fail<(string, string)>(new Invalid("build.path", problem.Message));
        }

        IReadOnlyList<string> whole = [.. path, .. dockerfile];
        var context = Path.Combine([request.SourceFolder, .. path]);
        var file = new FileInfo(Path.Combine([request.SourceFolder, .. whole]));
        if (!SafeTree.StaysInside(request.SourceFolder, path) || !SafeTree.StaysInside(request.SourceFolder, whole))
        {
            return new Invalid(
                "build.path",
                "The build's folder or Dockerfile leads out of the source through a link."
            );
        }

        if (!Directory.Exists(context) || !file.Exists)
        {
            return new Invalid("build.path", $"There is no {SafeTree.Shown(string.Join('/', whole))} in the source")
            {
                Suggestion = "add it, or name its folder as build and its file as build.manifest in convox.yml",
            };
        }

        return file.Length > DockerfileText.MaxBytes
            ? new Invalid("build.dockerfile", "The Dockerfile is larger than 1 MiB.")
            : (context, File.ReadAllText(file.FullName));
    }

    private async Task<Result<BuiltImage>> ResultAsync(
        BuildRequest request,
        BuildArguments arguments,
        GuardedDockerfile dockerfile,
        string work,
        CancellationToken cancellationToken
    )
    {
        var id = (
            await File.ReadAllTextAsync(Path.Combine(work, "iid"), cancellationToken).ConfigureAwait(false)
        ).Trim();
        var image =
            await engine.Client.InspectImageAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new EngineException(0, "The builder's image is not in the engine's store.");

        // SECURITY: S18. Labels of images become labels of containers, and ours decide what is adopted.
        var foreign = (image.Config?.Labels ?? ImmutableDictionary<string, string>.Empty).FirstOrDefault(l =>
            l.Key.StartsWith("palisade.", StringComparison.OrdinalIgnoreCase)
            && request.Labels.GetValueOrDefault(l.Key) != l.Value
        );
        if (foreign.Key is not null)
        {
            await engine.Client.RemoveImageAsync(Tag(request), force: true, cancellationToken).ConfigureAwait(false);
            return new Invalid(
                "build.reserved_label",
                $"The image sets the label {SafeTree.Shown(foreign.Key)}; palisade.* is reserved."
            );
        }

        return new BuiltImage(Tag(request), id, arguments.FromEnvironment, [.. dockerfile.Bases]);
    }

    /// <summary>
    /// What a killed builder left in the store. Only while no build runs: working containers don't say whose they are.
    /// </summary>
    private async Task RemoveLeftoversAsync(CancellationToken cancellationToken)
    {
        var list = await HostCommand
            .RunAsync(
                engine.PodmanPath,
                ["ps", "--all", "--external", "--filter", "status=unknown", "--format", "{{.ID}} {{.Status}}"],
                cancellationToken,
                environment: engine.Files.Environment
            )
            .ConfigureAwait(false);
        var ids = list
            .Output.Split('\n')
            .Where(l => l.EndsWith(" Storage", StringComparison.Ordinal))
            .Select(l => l.Split(' ')[0])
            .ToList();
        if (ids.Count > 0 && Volatile.Read(ref _running) == 0)
        {
            await HostCommand
                .RunAsync(
                    engine.PodmanPath,
                    ["rm", "--force", .. ids],
                    cancellationToken,
                    environment: engine.Files.Environment
                )
                .ConfigureAwait(false);
        }
    }

    private static string Tag(BuildRequest request) => $"palisade/{request.Repository}:{request.Tag}";
}
