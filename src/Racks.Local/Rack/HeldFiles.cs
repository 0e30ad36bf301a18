using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// S24: files that processes of a container hold open or mapped and that no folder leads to any more. They take their
/// place on the disk until they are let go, and no count of folders finds them.
/// </summary>
internal static class HeldFiles
{
    /// <summary>Each file once, whoever holds it.</summary>
    public static IReadOnlyCollection<FileFacts> Of(SeenContainer container, CancellationToken cancellationToken)
    {
        var held = new Dictionary<(ulong Device, ulong Inode), FileFacts>();
        foreach (var process in ContainerCgroup.ProcessesOf(container.ContainerId, container.Pid))
        {
            // A thread may have descriptors of its own (unshare(2)).
            var threads = Entries($"/proc/{process}/task").Select(thread => $"{thread}/fd");
            foreach (var entry in threads.Append($"/proc/{process}/map_files").SelectMany(Entries))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (FileFacts.Of(entry) is { IsFile: true, Names: 0 } file)
                {
                    held[(file.Device, file.Inode)] = file;
                }
            }
        }

        return held.Values;
    }

    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // It has just ended.
        }
    }
}
