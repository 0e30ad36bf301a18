using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Palisade.Storage;

/// <summary>Files (0600) and folders (0700) that only the owner reads, whatever the umask (S01).</summary>
internal static partial class PrivateFiles
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // The mode goes to the last folder only; those above it are made one by one.
        if (!Directory.Exists(path))
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent)
            {
                CreateFolder(parent);
            }

            Directory.CreateDirectory(path, FolderMode);
        }
    }

    /// <summary>As <see cref="CreateFolder"/>, and also closes one that was there with wider rights.</summary>
    public static void CloseFolder(string path)
    {
        CreateFolder(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, FolderMode);
        }
    }

    /// <summary>A new file; fails when there is one.</summary>
    public static FileStream Create(string path) => Open(path, System.IO.FileMode.CreateNew, FileShare.Read);

    /// <summary>Durable when it returns; killed before, the file is what it was.</summary>
    /// <param name="overwrite">Whether there may be one already.</param>
    public static void Replace(string path, byte[] content, bool overwrite = true)
    {
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = Create(draft))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows() && mode != System.IO.FileMode.Open)
        {
            options.UnixCreateMode = FileMode;
        }

        return new(path, options);
    }

    /// <summary>Makes a rename or a new name in the folder durable.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens no directories; fsync(2) on one is what makes names in it durable.
        using var handle = new SafeFileHandle(OpenFolder(path, 0), ownsHandle: true);
        if (handle.IsInvalid || Sync(handle) != 0)
        {
            throw new IOException($"The folder {path} could not be synced (errno {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
