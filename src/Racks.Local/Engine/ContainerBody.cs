using System.Text.Json.Nodes;

namespace Palisade.Racks.Local.Engine;

/// <summary>Renders a <see cref="ContainerSpec"/> as the body of Docker's create call.</summary>
internal static class ContainerBody
{
    // SECURITY: S24's list, whole. Anything else is dropped.
    private static readonly string[] Capabilities =
    [
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "SETUID",
        "SETGID",
        "NET_BIND_SERVICE",
        "KILL",
    ];

    public static JsonObject Of(ContainerSpec spec, bool podman)
    {
        var body = new JsonObject
        {
            ["Image"] = spec.Image,
            ["Labels"] = new JsonObject(spec.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
            ["Env"] = Strings(spec.Environment.Values.Select(v => $"{v.Key}={v.Value.Reveal()}")),
            ["Tty"] = spec.Tty,
            ["OpenStdin"] = spec.Stdin,
            ["StdinOnce"] = spec.Stdin,
            ["AttachStdin"] = spec.Stdin,
            ["StopTimeout"] = (int)Math.Ceiling(spec.StopTimeout.TotalSeconds),
            ["HostConfig"] = HostConfig(spec, podman),
            ["NetworkingConfig"] = new JsonObject
            {
                ["EndpointsConfig"] = new JsonObject { [spec.Network] = new JsonObject() },
            },
        };
        if (!spec.Command.IsDefaultOrEmpty)
        {
            body["Cmd"] = Strings(spec.Command);
        }

        if (spec.Entrypoint is { } entrypoint)
        {
            body["Entrypoint"] = Strings(entrypoint);
        }

        if (spec.Hostname is { } hostname)
        {
            body["Hostname"] = hostname;
        }

        if (spec.StopSignal is { } signal)
        {
            body["StopSignal"] = signal;
        }

        return body;
    }

    private static JsonObject HostConfig(ContainerSpec spec, bool podman)
    {
        var host = new JsonObject
        {
            ["NetworkMode"] = spec.Network,
            ["CapDrop"] = Strings(["ALL"]),
            ["CapAdd"] = Strings(Capabilities),
            ["SecurityOpt"] = Strings(["no-new-privileges"]),
            ["Memory"] = spec.MemoryBytes,
            ["MemorySwap"] = spec.MemoryBytes,
            ["NanoCpus"] = spec.MilliCpu * 1_000_000L,
            // Where all want theirs at once, each gets by what it asked for. The kernel takes no less than 2.
            ["CpuShares"] = spec.MilliCpu == 0 ? 0 : Math.Max(2, spec.MilliCpu * 1024L / 1000),
            ["PidsLimit"] = spec.PidsLimit,
            ["Init"] = spec.Init,
            ["Binds"] = Strings(Binds(spec)),
            ["RestartPolicy"] = new JsonObject { ["Name"] = "no" },
            ["LogConfig"] = new JsonObject
            {
                ["Type"] = podman ? "k8s-file" : "json-file",
                ["Config"] = new JsonObject { ["max-size"] = $"{spec.LogMegabytes}m" },
            },
        };
        if (spec.CgroupParent is { } parent)
        {
            host["CgroupParent"] = parent;
        }

        return host;
    }

    private static IEnumerable<string> Binds(ContainerSpec spec)
    {
        if (spec.HostsFile is { } hosts)
        {
            yield return $"{hosts}:/etc/hosts:ro";
        }

        foreach (var volume in spec.Volumes)
        {
            // SECURITY: S24. Links are followed before comparing, so that no link below the root leads out of it.
            var root = Real(spec.VolumeRoot ?? throw new InvalidOperationException("Volumes need a root folder."));
            var source = Real(volume.Source);
            if (
                !source.StartsWith(root + "/", StringComparison.Ordinal)
                || !volume.Target.StartsWith('/')
                || volume.Target.Contains(':', StringComparison.Ordinal)
                || source.Contains(':', StringComparison.Ordinal)
            )
            {
                throw new InvalidOperationException("A volume is outside of the app's own folder.");
            }

            yield return $"{source}:{volume.Target}{(volume.ReadOnly ? ":ro" : "")}";
        }
    }

    private static string Real(string path)
    {
        var real = "/";
        foreach (var part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new DirectoryInfo(Path.Combine(real, part));
            real = next.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next.FullName;
        }

        return real;
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);
}
