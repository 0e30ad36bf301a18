using System.Globalization;

namespace Palisade.Storage;

/// <summary>
/// Holds a data folder for this process. The kernel lets go of it when the process ends, however it ends.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private const string LockName = "palisade.lock";
    private const string PidName = "palisade.pid";

    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <summary>Whether the file is of who holds the folder.</summary>
    public static bool IsOwn(string name) => name is LockName or PidName;

    /// <summary>Takes the folder or says which process has it.</summary>
    public static StoreLock Take(string folder)
    {
        try
        {
            var file = PrivateFiles.Open(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileShare.None);
            WritePid(folder);
            return new(file);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new StoreUnusableException(
                $"The data folder {folder} is in use by another process{Holder(folder)}. Stop it first, or choose another folder.",
                exception
            );
        }
    }

    public void Dispose() => _file.Dispose();

    // A sibling of the lock file: that one cannot be read while it is held.
    private static void WritePid(string folder)
    {
        using var file = PrivateFiles.Open(Path.Combine(folder, PidName), FileMode.Create, FileShare.Read);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
    }

    private static string Holder(string folder)
    {
        try
        {
            var pid = File.ReadAllText(Path.Combine(folder, PidName)).Trim();
            return pid.Length > 0 ? $" (pid {pid})" : "";
        }
        catch (IOException)
        {
            // The holder has not written it yet; the message goes without.
            return "";
        }
    }
}
