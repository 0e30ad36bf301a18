using System.Runtime.InteropServices;

namespace Palisade.Racks.Local.Router;

/// <summary>The three calls of Linux that .NET has no name for.</summary>
internal static class Native
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    // O_PATH | O_DIRECTORY | O_CLOEXEC of x86-64 and arm64 differ in O_DIRECTORY; O_PATH on the directory's own path needs no check.
    private const int OPath = 0x200000;
    private const int OCloseOnExec = 0x80000;

    /// <summary>A descriptor of a directory, good for <c>/proc/self/fd/N/…</c>.</summary>
    public static SafeDirectoryHandle OpenDirectory(string path)
    {
        var descriptor = Open(path, OPath | OCloseOnExec);
        return descriptor < 0
            ? throw new IOException($"The folder {path} could not be opened (errno {Marshal.GetLastPInvokeError()}).")
            : new SafeDirectoryHandle(descriptor);
    }

    /// <summary>Sends a signal; false when there is no such process or it is another user's.</summary>
    public static bool Signal(int pid, int signal) => pid > 1 && Kill(pid, signal) == 0;

    public static void CloseDescriptor(int descriptor) => _ = Close(descriptor);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
