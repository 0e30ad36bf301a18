using System.Globalization;

namespace Palisade.Racks.Local.Machine;

/// <summary>A process and all that it started, as far as it is still theirs.</summary>
internal static class ProcessTree
{
    /// <summary>
    /// Kills a process and its descendants, unless it has ended already. What has detached itself (its parent has
    /// ended) is not among them.
    /// </summary>
    public static void Kill(ProcessIdentity root)
    {
        var tree = new List<ProcessIdentity>();
        Stop(root, tree);
        foreach (var process in tree)
        {
            process.Signal(UnixSignal.Kill);
        }
    }

    /// <summary>A process and its descendants as they are now.</summary>
    public static IEnumerable<ProcessIdentity> Of(ProcessIdentity root) =>
        ChildrenOf(root.Pid).SelectMany(Of).Prepend(root);

    /// <summary>Parents first, so that none starts another while its children are looked for.</summary>
    private static void Stop(ProcessIdentity process, List<ProcessIdentity> tree)
    {
        if (!process.Signal(UnixSignal.Stop))
        {
            return;
        }

        tree.Add(process);
        foreach (var child in ChildrenOf(process.Pid))
        {
            Stop(child, tree);
        }
    }

    /// <summary>proc(5): each thread lists the children that it started.</summary>
    private static List<ProcessIdentity> ChildrenOf(int pid)
    {
        try
        {
            return
            [
                .. Directory
                    .GetDirectories($"/proc/{pid}/task")
                    .SelectMany(thread =>
                        File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    )
                    .Select(child => ProcessIdentity.Of(int.Parse(child, CultureInfo.InvariantCulture)))
                    .OfType<ProcessIdentity>(),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // It has just ended, and with it the list.
        }
    }
}
