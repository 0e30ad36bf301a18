using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>Reads <c>volumes:</c> and <c>volumeOptions:</c>.</summary>
internal static class VolumeReader
{
    private const string MountForm = "write an absolute path of plain characters that is not a system folder";

    public static ImmutableArray<VolumeSpec> Volumes(MapReader map)
    {
        var volumes = ImmutableArray.CreateBuilder<VolumeSpec>();
        var key = map.PathOf("volumes");
        foreach (var item in map.Items("volumes"))
        {
            if (map.Scalar(item, key) is not { } scalar)
            {
                continue;
            }

            var parts = scalar.Value.Split(':');
            if (parts.Length > 2)
            {
                map.Refuse(item, key, $"not a volume: {map.Show(item)}", "write /path or name:/path");
            }
            else if (IsHost(parts[0], parts.Length))
            {
                // Kept as it is; whether the rack allows it is for ManifestSupport to say (S24).
                volumes.Add(new(VolumeKind.Host, parts[0], parts[^1]));
            }
            else if (!ManifestGrammar.TryMountPath(parts[^1], out var path))
            {
                map.Refuse(item, key, $"not a mount path: {map.Show(item, parts[^1])}", MountForm);
            }
            else if (parts.Length == 2 && !ManifestGrammar.IsWord(parts[0]))
            {
                map.Refuse(
                    item,
                    key,
                    $"not a volume name: {map.Show(item, parts[0])}",
                    "use letters, digits, dots, dashes and underscores"
                );
            }
            else
            {
                volumes.Add(
                    parts.Length == 1 ? new(VolumeKind.Service, "", path) : new(VolumeKind.App, parts[0], path)
                );
            }
        }

        foreach (var twice in volumes.GroupBy(v => v.Path).Where(g => g.Count() > 1))
        {
            map.Refuse(map.Map.Key("volumes")!, key, "two volumes at one path", "give each volume a path of its own");
        }

        return volumes.ToImmutable();
    }

    public static ImmutableArray<VolumeOption> Options(MapReader map)
    {
        var options = ImmutableArray.CreateBuilder<VolumeOption>();
        var key = map.PathOf("volumeOptions");
        foreach (var item in map.Items("volumeOptions"))
        {
            if (map.Child(item, key) is not { } entry)
            {
                continue;
            }

            entry.Newer("azureFiles");
            if (entry.Child("emptyDir") is { } folder)
            {
                var medium = folder.Text("medium") ?? "";
                if (medium is not ("" or "Memory"))
                {
                    folder.Refuse(
                        folder.Map["medium"]!,
                        folder.PathOf("medium"),
                        $"not a medium: {folder.Show(folder.Map["medium"]!)}",
                        "use Memory or leave it out"
                    );
                }

                folder.Newer("sizeLimit");
                options.Add(new EmptyDirVolume(Id(folder), Mount(folder), medium.Length > 0));
                folder.Finish();
            }

            if (entry.Child("awsEfs") is { } efs)
            {
                var mode = efs.Text("accessMode") ?? "";
                if (mode is not ("ReadWriteOnce" or "ReadOnlyMany" or "ReadWriteMany"))
                {
                    efs.Refuse(
                        efs.Map["accessMode"] ?? efs.Map,
                        efs.PathOf("accessMode"),
                        "not an access mode",
                        "use ReadWriteOnce, ReadOnlyMany or ReadWriteMany"
                    );
                }

                options.Add(new AwsEfsVolume(Id(efs), Mount(efs), mode));
                efs.Finish();
            }

            entry.Finish();
        }

        return options.ToImmutable();
    }

    // A path of the host: written so, or one of the bare paths that the reference mounts from the host.
    private static bool IsHost(string first, int parts) => first.StartsWith('/') && (parts == 2 || IsHostFolder(first));

    private static bool IsHostFolder(string path) =>
        path.StartsWith("/var/run", StringComparison.Ordinal)
        || path.StartsWith("/run/", StringComparison.Ordinal)
        || path.StartsWith("/proc", StringComparison.Ordinal)
        || path.StartsWith("/sys", StringComparison.Ordinal)
        || path.StartsWith("/cgroup", StringComparison.Ordinal);

    private static string Id(MapReader map)
    {
        if (map.Text("id") is { } id && ManifestGrammar.IsWord(id))
        {
            return id;
        }

        map.Refuse(
            map.Map["id"] ?? map.Map,
            map.PathOf("id"),
            "an id is missing or has odd characters",
            "write an id of letters, digits and dashes"
        );
        return "";
    }

    private static string Mount(MapReader map)
    {
        if (map.Text("mountPath") is { } text && ManifestGrammar.TryMountPath(text, out var path))
        {
            return path;
        }

        map.Refuse(
            map.Map["mountPath"] ?? map.Map,
            map.PathOf("mountPath"),
            "a mount path is missing or not allowed",
            MountForm
        );
        return "";
    }
}
