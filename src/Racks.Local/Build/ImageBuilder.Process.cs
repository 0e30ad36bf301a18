using System.Diagnostics;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Build;

/// <summary>The builder as a process: in its own network and cgroup, within its limits.</summary>
public sealed partial class ImageBuilder
{
    // Into the cgroup first, then into the namespace; one stream for both outputs keeps their order.
    private const string Script =
        "n=$1; shift; while [ \"$n\" -gt 0 ]; do echo $$ > \"$1\" || exit 125; shift; n=$((n-1)); done; exec \"$@\" 2>&1 < /dev/null";

    // SECURITY: beyond what installing packages needs; the engine's default set has them.
    private static readonly string[] Dropped = ["NET_RAW", "MKNOD", "AUDIT_WRITE"];

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
            await using var watch = new BuildWatch(
                "build",
                request.Limits,
                engine.Folder.Path,
                time,
                cancellationToken
            );
            process.Start();
            string? error = null;
            try
            {
                await PumpAsync(process.StandardOutput.BaseStream, Told, watch.Token).ConfigureAwait(false);
                await process.WaitForExitAsync(watch.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _leftovers = true;
                await cgroup.KillAsync(time, CancellationToken.None).ConfigureAwait(false);
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (watch.Breach is { } breach)
                {
                    return breach;
                }

                throw;
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
}
