using System.Collections.Immutable;
using System.Diagnostics;
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
public sealed class ImageBuilder(EngineHost engine, BuildNetwork network, TimeProvider time)
{
    // Into the cgroup first, then into the namespace; one stream for both outputs keeps their order.
    private const string Script =
        "n=$1; shift; while [ \"$n\" -gt 0 ]; do echo $$ > \"$1\" || exit 125; shift; n=$((n-1)); done; exec \"$@\" 2>&1 < /dev/null";

    // SECURITY: beyond what installing packages needs; the engine's default set has them.
    private static readonly string[] Dropped = ["NET_RAW", "MKNOD", "AUDIT_WRITE"];

    /// <summary>The container engine failed twice; the source may be right.</summary>
    public const string EngineFailed = "build.engine";

    private int _running;
    private volatile bool _leftovers;

    /// <summary>Names of the machine's own store that the operator lets Dockerfiles build on. Default: none.</summary>
    public ImmutableHashSet<string> LocalBases { get; init; } = [];

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

    private async Task<Problem?> RunAsync(
        BuildRequest request,
        BuildArguments arguments,
        string context,
        string file,
        string work,
        Action<string> line,
        CancellationToken cancellationToken
    )
    {
        var ns = await network.OpenAsync(cancellationToken).ConfigureAwait(false);
        var cgroup = new BuildCgroup(
            engine.Folder,
            ns.Slot.ToString(System.Globalization.CultureInfo.InvariantCulture) + "-" + request.BuildId
        );
        try
        {
            using var process = new Process { StartInfo = Start(request, arguments, context, file, work, ns, cgroup) };
            using var clock = new CancellationTokenSource(request.Limits.Time, time);
            using var disk = new CancellationTokenSource();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(
                cancellationToken,
                clock.Token,
                disk.Token
            );
            process.Start();
            string? error = null;
            var watch = WatchDiskAsync(request.Limits, disk, stop.Token);
            try
            {
                await PumpAsync(process.StandardOutput.BaseStream, Told, stop.Token).ConfigureAwait(false);
                await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _leftovers = true;
                await cgroup.KillAsync(time, CancellationToken.None).ConfigureAwait(false);
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                return disk.IsCancellationRequested
                    ? new Exhausted("build.disk_full", "The build was ended: the disk of images is almost full.")
                    : new Exhausted(
                        "build.timeout",
                        $"The build was ended after {request.Limits.Time.TotalMinutes:0.#} minutes."
                    );
            }
            finally
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await watch.ConfigureAwait(false);
            }

            // A RUN step's background processes must not outlive it.
            await cgroup.KillAsync(time, CancellationToken.None).ConfigureAwait(false);
            return process.ExitCode == 0 ? null
                : cgroup.RanOutOfMemory()
                    ? new Exhausted(
                        "build.out_of_memory",
                        $"The build needed more than {request.Limits.MemoryBytes >> 20} MiB of memory."
                    )
                : BuilderEnd.IsEngines(process.ExitCode, error)
                    ? new Unavailable(
                        EngineFailed,
                        $"The container engine failed with exit code {process.ExitCode} while it built; the build's log has its words."
                    )
                : new Invalid("build.failed", $"The build failed with exit code {process.ExitCode}; its log says why.");

            void Told(string text)
            {
                error = text.StartsWith(BuilderEnd.ErrorPrefix, StringComparison.Ordinal) ? text : error;
                line(text);
            }
        }
        finally
        {
            cgroup.Remove();
            await network.CloseAsync(ns, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private ProcessStartInfo Start(
        BuildRequest request,
        BuildArguments arguments,
        string context,
        string file,
        string work,
        BuildNamespace ns,
        BuildCgroup cgroup
    )
    {
        var caches = engine.Folder.File("caches", request.CacheKey);
        RackFolder.CreateOwnerOnly(engine.Folder.File("caches"));
        RackFolder.CreateOwnerOnly(caches);
        var groups = cgroup.Create(request.Limits);
        var start = new ProcessStartInfo("setsid") { RedirectStandardOutput = true, WorkingDirectory = work };
        List<string> words =
        [
            "/bin/sh",
            "-c",
            Script,
            "sh",
            $"{groups.Count}",
            .. groups,
            "nsenter",
            $"--net={ns.Path}",
            engine.PodmanPath,
            "build",
            "--isolation",
            "oci",
            "--network",
            "host",
            "--cgroup-parent",
            cgroup.RunPath,
            "--signature-policy",
            engine.Files.PolicyJson,
            "--format",
            "oci",
            "--http-proxy=false",
            "--force-rm",
            "--pull=missing",
            $"--layers={(request.NoCache ? "false" : "true")}",
            "--ulimit",
            $"fsize={request.Limits.MaxFileBytes}:{request.Limits.MaxFileBytes}",
            // Naming one limit makes podman forget the configured others.
            .. EngineFiles.Ulimits.SelectMany(u => (string[])["--ulimit", u]),
            .. Dropped.SelectMany(c => (string[])["--cap-drop", c]),
            .. arguments.Values.Keys.SelectMany(k => (string[])["--build-arg", k]),
            .. request.Labels.SelectMany(l => (string[])["--label", $"{l.Key}={l.Value}"]),
            "--iidfile",
            Path.Combine(work, "iid"),
            "--file",
            file,
            "--tag",
            Tag(request),
            context,
        ];
        words.ForEach(start.ArgumentList.Add);

        // SECURITY: nothing of Palisade's own environment reaches the builder.
        start.Environment.Clear();
        foreach (var (name, value) in engine.Files.Environment.Concat(arguments.Values))
        {
            start.Environment[name] = value;
        }

        // Cache mounts lie below TMPDIR: a folder for each app keeps them apart.
        start.Environment["TMPDIR"] = caches;
        start.Environment["HOME"] = work;
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";
        return start;
    }

    private static async Task PumpAsync(Stream output, Action<string> line, CancellationToken cancellationToken)
    {
        var cleaner = new TextCleaner();
        var buffer = new byte[16 * 1024];
        while (await output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            foreach (var text in cleaner.Add(buffer.AsSpan(0, count)))
            {
                line(text);
            }
        }

        if (cleaner.End() is { } rest)
        {
            line(rest);
        }
    }

    private async Task WatchDiskAsync(
        BuildLimits limits,
        CancellationTokenSource full,
        CancellationToken cancellationToken
    )
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        var drive = new DriveInfo(engine.Folder.Path);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                if (drive.AvailableFreeSpace < limits.MinFreeDiskBytes)
                {
                    await full.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return; // The build is over.
        }
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
