using System.Runtime.InteropServices;

namespace Palisade.Racks.Local.Machine;

/// <summary>The few system calls that .NET has no name for.</summary>
internal static partial class Native
{
    /// <summary>
    /// EPIPE: a record of the kernel's log was overwritten before it was read; the next read goes on.
    /// </summary>
    public const int BrokenPipe = 32;

    // O_PATH | O_CLOEXEC. O_DIRECTORY differs between x86-64 and arm64; O_PATH on the directory's own path needs no
    // check.
    private const int PathOnly = 0x200000 | 0x80000;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Read(int descriptor, [Out] byte[] buffer, nint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int RemoveDirectory(string path);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Statx(int folder, string path, int flags, uint mask, out FileFacts.Buffer found);

    /// <summary>A descriptor of a directory, good for <c>/proc/self/fd/N/…</c>.</summary>
    public static SafeDirectoryHandle OpenDirectory(string path)
    {
        var descriptor = Open(path, PathOnly);
        return descriptor < 0
            ? throw new IOException($"The folder {path} could not be opened (errno {Marshal.GetLastPInvokeError()}).")
            : new SafeDirectoryHandle(descriptor);
    }
}
