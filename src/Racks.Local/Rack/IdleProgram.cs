using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// catatonit's pause mode (<c>-P</c>): a static program that does nothing and ends at SIGTERM, seen read-only by
/// one-off containers.
/// </summary>
internal static class IdleProgram
{
    public const string Name = "idle";

    /// <summary>Where it is seen inside a container.</summary>
    public const string Mount = "/.palisade";

    private const UnixFileMode Executable =
        UnixFileMode.UserRead
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private static readonly Lock Providing = new();

    /// <summary>The container with it instead of its own command; as it is when this machine has none.</summary>
    public static ContainerSpec Running(ContainerSpec spec, RackFolder rack) =>
        Provide(rack) is not { } folder
            ? spec
            : spec with
            {
                Entrypoint = [$"{Mount}/{Name}", "-P"],
                Command = [],
                Init = false,
                // SECURITY (S24): all apps of the rack run this one file, each with its own secrets.
                Volumes = spec.Volumes.Add(new ContainerVolume(folder, Mount) { ReadOnly = true }),
                VolumeRoot = rack.Path,
            };

    /// <summary>The folder that holds it, or null when this machine has none.</summary>
    private static string? Provide(RackFolder rack)
    {
        if (HostCommand.Find("catatonit") is not { } source)
        {
            return null;
        }

        var folder = rack.File("idle");
        var program = Path.Combine(folder, Name);
        lock (Providing)
        {
            if (!IsCopy(program, source))
            {
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }

                Directory.CreateDirectory(folder, Executable | UnixFileMode.UserWrite);
                File.Copy(source, program);
                File.SetUnixFileMode(program, Executable);
            }
        }

        return folder;
    }

    /// <summary>A plain file with the same bytes: a link would lead elsewhere inside of a container.</summary>
    private static bool IsCopy(string path, string source) =>
        new FileInfo(path) is { Exists: true, LinkTarget: null, UnixFileMode: Executable } file
        && file.Length == new FileInfo(source).Length
        && File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(source));
}
