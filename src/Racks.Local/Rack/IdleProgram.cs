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

    private const UnixFileMode Executable =
        UnixFileMode.UserRead
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    /// <summary>The folder that holds it, or null when this machine has none.</summary>
    public static string? Provide(RackFolder folder)
    {
        if (HostCommand.Find("catatonit") is not { } source)
        {
            return null;
        }

        var directory = folder.File("idle");
        var target = Path.Combine(directory, Name);
        if (!File.Exists(target))
        {
            Directory.CreateDirectory(directory, Executable | UnixFileMode.UserWrite);
            var next = $"{target}.{Environment.ProcessId}";
            File.Copy(source, next, overwrite: true);
            File.SetUnixFileMode(next, Executable);
            File.Move(next, target, overwrite: true);
        }

        return directory;
    }
}
